//! What a program may set, checked before anything is changed.

use std::{
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use crate::{
    events::Events,
    exemplar,
    registry::{self, Recording},
    snapshot::{BuildInfo, Text},
    trace::{Source, TraceSource},
};

/// The most edges that may have cells of their own.
const MOST_EDGES: usize = 1_000_000;
/// The most bounds that may be set. Each costs eight bytes per edge and thread in whose octave
/// calls are.
const MOST_BUCKETS: usize = 200;

static APPLIED: OnceLock<Applied> = OnceLock::new();
static APPLYING: Mutex<()> = Mutex::new(());

/// What was set of the program's identity.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identity {
    pub(crate) service_name: Option<Text>,
    pub(crate) build: BuildInfo,
}

/// The settings that snapshots ask for.
#[derive(Clone, Debug, Default)]
struct Applied {
    identity: Identity,
    latency_by_caller: bool,
}

/// The identity that settings gave, if any were applied.
pub(crate) fn identity() -> Option<&'static Identity> {
    APPLIED.get().map(|applied| &applied.identity)
}

/// Returns whether latencies are exported by caller.
pub(crate) fn latency_by_caller() -> bool {
    APPLIED
        .get()
        .is_some_and(|applied| applied.latency_by_caller)
}

/// Settings of the whole process, applied once, at the start of `main`.
///
/// Each has a default, so a program that sets nothing works.
///
/// ```
/// use autometrics_core::Settings;
///
/// Settings::new()
///     .service_name("shop")
///     .buckets([0.001, 0.01, 0.1, 1.0])
///     .apply()?;
/// # Ok::<(), autometrics_core::SettingsError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "settings do nothing until `apply` is called"]
pub struct Settings {
    identity: Identity,
    buckets: Option<Vec<f64>>,
    cardinality_limit: Option<usize>,
    latency_by_caller: bool,
    trace_source: Option<Source>,
    events: Option<Events>,
}

impl Settings {
    /// Settings in which nothing is set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `service_name`, which every series carries.
    ///
    /// Otherwise it is the variable `AUTOMETRICS_SERVICE_NAME`, else
    /// `OTEL_SERVICE_NAME`, else the name of the program's package.
    pub fn service_name(mut self, name: impl Into<Text>) -> Self {
        self.identity.service_name = Some(name.into());
        self
    }

    /// Sets the upper bounds of the latency buckets, in seconds, ascending.
    ///
    /// Every objective's latency threshold is a bucket besides these. The
    /// default is [`DEFAULT_BUCKETS`](crate::DEFAULT_BUCKETS). A bound is kept
    /// to the nanosecond.
    pub fn buckets(mut self, bounds: impl IntoIterator<Item = f64>) -> Self {
        self.buckets = Some(bounds.into_iter().collect());
        self
    }

    /// Sets how many edges (pairs of function and caller) are told apart;
    /// 10,000 otherwise.
    ///
    /// Callers beyond that are counted under `caller_function="__overflow__"`,
    /// and as many edges have [kinds](crate::ErrorKind) of errors of their own;
    /// those beyond share `error="__overflow__"`.
    pub fn cardinality_limit(mut self, edges: usize) -> Self {
        self.cardinality_limit = Some(edges);
        self
    }

    /// Sets whether latencies are exported for each function and caller, too, as
    /// `function_calls_duration_by_caller_seconds`; otherwise they are not.
    ///
    /// Its `_sum` tells how long a function's callees take, and so how long it takes by itself. The family
    /// has no buckets but `+Inf`, so that text has three series for each pair of function and
    /// caller. Native histograms of Prometheus and exponential ones of OpenTelemetry have the
    /// quantiles, each pair in one series.
    pub fn latency_by_caller(mut self, is_exported: bool) -> Self {
        self.latency_by_caller = is_exported;
        self
    }

    /// Sets what `build_info` says, usually to what
    /// [`build_info!`](crate::build_info!) found while compiling.
    ///
    /// Variables of the running process go before it: `AUTOMETRICS_VERSION`,
    /// `AUTOMETRICS_COMMIT`, `AUTOMETRICS_BRANCH`, `AUTOMETRICS_REPOSITORY_URL`
    /// and `AUTOMETRICS_REPOSITORY_PROVIDER`.
    pub fn build_info(mut self, build: BuildInfo) -> Self {
        self.identity.build = build;
        self
    }

    /// Sets who knows in which span of a trace a call is, so that histograms carry
    /// exemplars: for each function and bucket the newest call of a sampled trace,
    /// at most one a second, with its trace, its span and when it ended.
    ///
    /// The source is asked when a call ends and the last exemplar of its bucket is a
    /// second old, or when it had no answer a thousandth of a second ago; and for each call that [`events`](Self::events)
    /// keep. Exemplars are
    /// in [`Snapshot::exemplars`](crate::Snapshot::exemplars), and in the output of those
    /// exporters whose format has them.
    ///
    /// Memory: 64 bytes per function and bucket.
    pub fn trace_source(mut self, source: impl TraceSource) -> Self {
        self.trace_source = Some(Source(Arc::new(source)));
        self
    }

    /// Sets which calls of functions with `events` are kept; without it the
    /// [defaults](Events::new) hold.
    pub fn events(mut self, events: Events) -> Self {
        self.events = Some(events);
        self
    }

    /// Checks all settings and puts them into force.
    ///
    /// # Errors
    ///
    /// When a setting is not valid, when settings were applied before, or when buckets,
    /// the cardinality limit or events come after the first instrumented call.
    /// The error names the setting and the value, and nothing was changed.
    pub fn apply(self) -> Result<(), SettingsError> {
        // Held to the end, so that of two applications at once one changes nothing.
        let _one = APPLYING.lock().unwrap_or_else(PoisonError::into_inner);
        let recording = self.recording()?;
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
        if let Some(problem) = self.events.as_ref().and_then(Events::problem) {
            return Err(SettingsError::new("events", problem));
        }
        let fixed = match (&self.buckets, self.cardinality_limit, &self.events) {
            (Some(_), ..) => Some("buckets"),
            (None, Some(_), _) => Some("cardinality_limit"),
            (None, None, Some(_)) => Some("events"),
            (None, None, None) => None,
        };
        if APPLIED.get().is_some() {
            return Err(SettingsError::new(
                "apply",
                "was called before; settings are applied once, at the start of main",
            ));
        }
        // All that a first call fixes is put into force at once, or nothing is.
        match fixed {
            Some(setting) if !registry::initialize(recording) => {
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

    fn recording(&self) -> Result<Recording, SettingsError> {
        let mut recording = Recording::default();
        if let Some(buckets) = &self.buckets {
            recording.bounds = check_buckets(buckets)?;
        }
        if let Some(limit) = self.cardinality_limit {
            if !(1..=MOST_EDGES).contains(&limit) {
                return Err(SettingsError::new(
                    "cardinality_limit",
                    format!("is {limit}; choose 1 to {MOST_EDGES} edges"),
                ));
            }
            recording.cardinality_limit = limit;
        }
        if let Some(events) = &self.events {
            recording.events = events.clone();
        }
        Ok(recording)
    }
}

/// The bounds in nanoseconds.
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
                "has {bucket} in place {place}; bounds are seconds between 1e-9 and a year"
            ));
        };
        if bounds.last().is_some_and(|&last| last >= nanos) {
            let before = buckets[i - 1];
            return error(format!(
                "has {bucket} in place {place}, after {before}; bounds must ascend"
            ));
        }
        bounds.push(nanos);
    }
    Ok(bounds)
}

/// A setting that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    setting: &'static str,
    problem: Text,
}

impl SettingsError {
    fn new(setting: &'static str, problem: impl Into<Text>) -> Self {
        Self {
            setting,
            problem: problem.into(),
        }
    }

    /// The name of the method of [`Settings`] that set it.
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

/// `InvalidInput`, for a `main` that returns `io::Result`.
impl From<SettingsError> for std::io::Error {
    fn from(error: SettingsError) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, error)
    }
}
