//! Settings of the process, all validated before any is applied.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use crate::{
    cells::MAX_FLOW,
    events::EventSettings,
    exemplar,
    registry::{self, FixedSettings},
    snapshot::BuildInfo,
    trace::{Source, TraceSource},
};

/// Maximum of [`Settings::cardinality_limit`].
const MOST_EDGES: usize = 1_000_000;
/// Maximum number of bucket bounds. Each bound costs eight bytes per edge and thread with calls in
/// the bound's group of buckets, which is two octaves.
const MOST_BUCKETS: usize = 200;

static APPLIED: OnceLock<Applied> = OnceLock::new();
static APPLYING: Mutex<()> = Mutex::new(());

/// The part of the settings that identifies the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identity {
    pub(crate) service_name: Option<Cow<'static, str>>,
    pub(crate) build: BuildInfo,
}

/// Settings that are read by snapshots.
#[derive(Clone, Debug, Default)]
struct Applied {
    identity: Identity,
    latency_by_caller: bool,
}

/// Returns the identity that was set; `None` if no settings were applied.
pub(crate) fn identity() -> Option<&'static Identity> {
    APPLIED.get().map(|applied| &applied.identity)
}

/// Returns `true` if latencies are exported by caller.
pub(crate) fn latency_by_caller() -> bool {
    APPLIED
        .get()
        .is_some_and(|applied| applied.latency_by_caller)
}

/// Settings of the whole process, applied once, at the start of `main`.
///
/// Every setting has a default, so a program without settings works.
///
/// ```
/// use autometrics::Settings;
///
/// Settings::new()
///     .service_name("shop")
///     .buckets([0.001, 0.01, 0.1, 1.0])
///     .apply()?;
/// # Ok::<(), autometrics::SettingsError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "settings have no effect until `apply` is called"]
pub struct Settings {
    identity: Identity,
    buckets: Option<Vec<f64>>,
    cardinality_limit: Option<usize>,
    latency_by_caller: bool,
    flows: Option<usize>,
    trace_source: Option<Source>,
    events: Option<EventSettings>,
}

impl Settings {
    /// Creates settings with all values at their defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the label `service_name` of every series.
    ///
    /// The default is the first of these that is not empty: the environment variables
    /// `AUTOMETRICS_SERVICE_NAME` and `OTEL_SERVICE_NAME`, `service.name` in
    /// `OTEL_RESOURCE_ATTRIBUTES`, the package of the program, the file name of the executable.
    pub fn service_name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.identity.service_name = Some(name.into());
        self
    }

    /// Sets the upper bounds of the latency buckets, in seconds, ascending.
    ///
    /// Allowed are 1 to 200 bounds between 1 ns and a year, rounded to nanoseconds. The latency
    /// threshold of every objective is an additional bound. The default is
    /// [`DEFAULT_BUCKETS`](crate::DEFAULT_BUCKETS).
    pub fn buckets(mut self, bounds: impl IntoIterator<Item = f64>) -> Self {
        self.buckets = Some(bounds.into_iter().collect());
        self
    }

    /// Sets the maximum number of caller–callee pairs with series of their own, from 1 to
    /// 1,000,000; the default is 10,000.
    ///
    /// Callers beyond the limit are counted under `caller_function="__overflow__"`. The same limit
    /// holds for the number of edges with an [error kind](crate::ErrorKind); error kinds beyond it
    /// are counted under `error="__overflow__"`.
    pub fn cardinality_limit(mut self, edges: usize) -> Self {
        self.cardinality_limit = Some(edges);
        self
    }

    /// Enables the export of latencies by function and caller, as
    /// `function_calls_duration_by_caller_seconds`; disabled by default.
    ///
    /// With the family's `_sum`, the time that a function spends in its instrumented callees can be
    /// subtracted from its own latency. The only bucket of the family is `+Inf`, so text formats
    /// have three series per caller–callee pair. Native histograms of Prometheus and exponential
    /// histograms of OpenTelemetry contain quantiles, in one series per pair.
    pub fn latency_by_caller(mut self, is_exported: bool) -> Self {
        self.latency_by_caller = is_exported;
        self
    }

    /// Counts calls by function and flow, in up to `most` flows, from 1 to 253; disabled by default.
    ///
    /// The flow of a call is the outermost instrumented call around it, or the name that
    /// [`CurrentCall::in_flow`](crate::CurrentCall::in_flow) gives, such as the route of a request.
    /// It follows futures, and whatever carries the caller to other tasks, threads and services.
    /// Further flows are counted as `__overflow__`, and so are edges of single flows beyond the
    /// [cardinality limit](Self::cardinality_limit).
    ///
    /// Exported as `function_flow_calls_total`, with two series for each function in each flow.
    /// Each flow of a caller–callee pair has cells of its own: some 350 bytes in each thread that
    /// calls it.
    pub fn flows(mut self, most: usize) -> Self {
        self.flows = Some(most);
        self
    }

    /// Sets the labels of `build_info`, usually to the values that
    /// [`build_info!`](crate::build_info!) finds at compile time.
    ///
    /// Environment variables of the running process take precedence: `AUTOMETRICS_VERSION`,
    /// `AUTOMETRICS_COMMIT`, `AUTOMETRICS_BRANCH`, `AUTOMETRICS_REPOSITORY_URL` and
    /// `AUTOMETRICS_REPOSITORY_PROVIDER`.
    pub fn build_info(mut self, build: BuildInfo) -> Self {
        self.identity.build = build;
        self
    }

    /// Sets the source of trace contexts, so that histograms carry exemplars.
    ///
    /// For each function and bucket, the newest call in a sampled trace becomes the exemplar, at
    /// most one per second, with its trace, its span and the time when it ended. Without a source
    /// there are no exemplars.
    ///
    /// The source is called at the end of a call if the exemplar of the call's bucket is at least a
    /// second old; after it returned no sampled span, it is not called again for that bucket for a
    /// millisecond. It is also called for each call that [`events`](Self::events) keep. Exemplars
    /// are in [`Snapshot::exemplars`](crate::Snapshot::exemplars) and in the output of exporters
    /// whose format has exemplars.
    ///
    /// Memory: 64 bytes per function and bucket.
    pub fn trace_source(mut self, source: impl TraceSource) -> Self {
        self.trace_source = Some(Source(Arc::new(source)));
        self
    }

    /// Sets which calls of functions with `events` are kept. The default is [`EventSettings::new`].
    pub fn events(mut self, events: EventSettings) -> Self {
        self.events = Some(events);
        self
    }

    /// Validates all settings and applies them.
    ///
    /// # Errors
    ///
    /// Returns an error if a setting is not valid, if settings were applied before, or if buckets,
    /// the cardinality limit, flows or events are set after the first instrumented call. The error names
    /// the setting and its value; no setting has been changed.
    pub fn apply(self) -> Result<(), SettingsError> {
        // Held to the end, so that one of two concurrent calls changes nothing.
        let _one = APPLYING.lock().unwrap_or_else(PoisonError::into_inner);
        let fixed_settings = self.fixed_settings()?;
        if self
            .identity
            .service_name
            .as_deref()
            .is_some_and(|name| name.trim().is_empty())
        {
            return Err(SettingsError::new(
                "service_name",
                "is empty; name the program, such as \"shop\"",
            ));
        }
        if let Some(problem) = self.events.as_ref().and_then(EventSettings::problem) {
            return Err(SettingsError::new("events", problem));
        }
        let fixed = [
            ("buckets", self.buckets.is_some()),
            ("cardinality_limit", self.cardinality_limit.is_some()),
            ("flows", self.flows.is_some()),
            ("events", self.events.is_some()),
        ];
        let fixed = fixed.into_iter().find(|(_, is_set)| *is_set);
        if APPLIED.get().is_some() {
            return Err(SettingsError::new(
                "apply",
                "was called before; settings are applied once, at the start of main",
            ));
        }
        // Settings that the first call fixes are applied all at once or not at all.
        match fixed {
            Some((setting, _)) if !registry::initialize(fixed_settings) => {
                return Err(SettingsError::new(
                    setting,
                    "comes after the first instrumented call; apply settings at the start of main",
                ));
            }
            _ => {}
        }
        let _ = APPLIED.set(Applied {
            identity: self.identity,
            latency_by_caller: self.latency_by_caller,
        });
        if let Some(source) = self.trace_source {
            exemplar::keep(source);
        }
        Ok(())
    }

    fn fixed_settings(&self) -> Result<FixedSettings, SettingsError> {
        let mut fixed_settings = FixedSettings::default();
        if let Some(buckets) = &self.buckets {
            fixed_settings.bounds = check_buckets(buckets)?;
        }
        if let Some(limit) = self.cardinality_limit {
            if !(1..=MOST_EDGES).contains(&limit) {
                return Err(SettingsError::new(
                    "cardinality_limit",
                    format!("is {limit}; choose 1 to {MOST_EDGES} edges"),
                ));
            }
            fixed_settings.cardinality_limit = limit;
        }
        if let Some(most) = self.flows {
            let limit = u8::try_from(most).ok();
            fixed_settings.flow_limit =
                limit
                    .filter(|it| (1..=MAX_FLOW).contains(it))
                    .ok_or_else(|| {
                        let problem = format!("is {most}; choose 1 to {MAX_FLOW} flows");
                        SettingsError::new("flows", problem)
                    })?;
        }
        if let Some(events) = &self.events {
            fixed_settings.events = events.clone();
        }
        Ok(fixed_settings)
    }
}

/// Validates the bounds and converts them to nanoseconds.
fn check_buckets(buckets: &[f64]) -> Result<Vec<u64>, SettingsError> {
    let error = |problem: String| Err(SettingsError::new("buckets", problem));
    if buckets.is_empty() {
        return error("has no bounds; give at least one, in seconds".into());
    }
    if buckets.len() > MOST_BUCKETS {
        return error(format!(
            "has {} bounds; give at most {MOST_BUCKETS}",
            buckets.len()
        ));
    }
    let mut bounds = Vec::with_capacity(buckets.len());
    for (i, &bucket) in buckets.iter().enumerate() {
        let place = i + 1;
        let Some(nanos) = registry::nanos(bucket) else {
            return error(format!(
                "has {bucket} at position {place}; bounds are seconds between 1e-9 and a year"
            ));
        };
        if bounds.last().is_some_and(|&last| last >= nanos) {
            let before = buckets[i - 1];
            return error(format!(
                "has {bucket} at position {place}, after {before}; bounds must ascend"
            ));
        }
        bounds.push(nanos);
    }
    Ok(bounds)
}

/// Error for a setting that is not valid or was applied too late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    setting: &'static str,
    problem: Cow<'static, str>,
}

impl SettingsError {
    fn new(setting: &'static str, problem: impl Into<Cow<'static, str>>) -> Self {
        Self {
            setting,
            problem: problem.into(),
        }
    }

    /// Returns the name of the [`Settings`] method whose value was rejected.
    pub fn setting(&self) -> &str {
        self.setting
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "setting `{}` {}", self.setting, self.problem)
    }
}

impl std::error::Error for SettingsError {}

/// Converts to `InvalidInput`, for a `main` that returns `io::Result`.
impl From<SettingsError> for std::io::Error {
    fn from(error: SettingsError) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, error)
    }
}
