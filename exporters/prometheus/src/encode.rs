//! The one writer of both text formats.

use std::fmt::Write as _;

use autometrics_core::{Caller, Series, Snapshot};
use autometrics_schema::metric::{self, Kind, Metric};
use autometrics_schema::{Canonical, label};

use crate::Format;
use crate::exemplars::Exemplars;
use crate::labels::{self, LabelSets};

/// Writes `snapshot` as text in `format`.
///
/// The order is that of the snapshot, so equal snapshots give equal text. A
/// snapshot that was put together by hand and contradicts itself gives legal
/// text nonetheless: what refers to functions that are not there is left out,
/// and missing buckets are zero.
///
/// ```
/// use autometrics_core::{Function, Snapshot};
/// use autometrics_prometheus::{Format, encode};
///
/// let mut snapshot = Snapshot::new("shop");
/// snapshot.functions.push(Function::new("shop::cart", "Cart::add"));
///
/// let text = encode(&snapshot, Format::OpenMetrics);
/// assert!(text.contains(
///     r#"function_calls_duration_seconds_bucket{function="Cart::add",module="shop::cart",service_name="shop",le="1.0"} 0"#
/// ));
/// assert!(text.ends_with("# EOF\n"));
/// ```
pub fn encode(snapshot: &Snapshot, format: Format) -> String {
    let mut out = String::new();
    encode_into(&mut out, snapshot, format);
    out
}

/// Appends `snapshot` to `out` as text in `format`.
///
/// For a program that writes metrics of its own in front, and for reusing the
/// memory of the scrape before. The families in front must have other names
/// than ours, and end with a line feed. OpenMetrics ends with `# EOF`, so there
/// ours must come last.
///
/// ```
/// # use autometrics_core::Snapshot;
/// # use autometrics_prometheus::{Format, encode_into};
/// let mut page = String::from("# TYPE carts gauge\ncarts 3\n");
/// encode_into(&mut page, &Snapshot::new("shop"), Format::Text);
/// # assert!(page.starts_with("# TYPE carts") && page.contains("build_info"));
/// ```
pub fn encode_into(out: &mut String, snapshot: &Snapshot, format: Format) {
    let series = Series::new(snapshot);
    let functions = LabelSets::of_functions(snapshot);
    let callers = LabelSets::of_callers(snapshot);
    out.reserve(expected_len(snapshot, &functions, &callers));
    let mut writer = Writer { out, format };
    writer.build_info(snapshot);
    writer.calls(&series, &functions, &callers);
    writer.durations(&series, &functions);
    writer.per_function(&metric::CONCURRENT, &functions, |at| {
        series.functions()[at].in_flight
    });
    writer.per_function(&metric::CANCELLED, &functions, |at| {
        series.functions()[at].cancelled
    });
    writer.per_function(&metric::SUPPRESSED_EVENTS, &functions, |at| {
        series.functions()[at].suppressed_events
    });
    writer.per_program(&metric::FOLDED_EDGES, snapshot, snapshot.folded_edges);
    writer.per_program(
        &metric::NAME_COLLISIONS,
        snapshot,
        snapshot.name_collisions(),
    );
    if let Some(refused) = snapshot.refused_remotes() {
        writer.per_program(&metric::REFUSED_CALLERS, snapshot, refused);
    }
    if format == Format::OpenMetrics {
        writer.out.push_str("# EOF\n");
    }
}

/// The name of the family without what its samples' names have behind it.
pub(crate) fn open_metrics_name(metric: &Metric) -> &'static str {
    match metric.kind {
        Kind::Counter => metric.name.strip_suffix("_total").unwrap_or(metric.name),
        Kind::Gauge | Kind::Histogram => metric.name,
    }
}

/// The unit that the family's name ends in.
pub(crate) fn unit(metric: &Metric) -> Option<&'static str> {
    let (_, unit) = metric.name.rsplit_once('_')?;
    (unit == "seconds").then_some(unit)
}

/// Somewhat more than the text will have, in bytes, so that it is allocated
/// once.
fn expected_len(snapshot: &Snapshot, functions: &LabelSets, callers: &LabelSets) -> usize {
    /// The longest metric name, its suffix, a number and the labels that only
    /// some series have.
    const REST: usize = 80;
    /// The same where an objective adds labels.
    const OBJECTIVE: usize = 120;
    let with_objective = snapshot.functions.iter().any(|f| f.objective.is_some());
    let row = functions.mean_len() + REST + if with_objective { OBJECTIVE } else { 0 };
    // Buckets, +Inf, sum, count, cancelled, concurrent, suppressed events.
    let per_function = snapshot.bounds.len() + 6;
    let rows = snapshot.functions.len() * per_function + snapshot.edges.len();
    4096 + rows * row + snapshot.edges.len() * callers.mean_len()
}

struct Writer<'a> {
    out: &'a mut String,
    format: Format,
}

/// The head of a family, and lines.
impl Writer<'_> {
    fn family(&mut self, metric: &Metric) {
        let name = match self.format {
            Format::Text => metric.name,
            Format::OpenMetrics => open_metrics_name(metric),
        };
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        self.line(&["# HELP ", name, " "]);
        labels::push_escaped(self.out, metric.help, self.format == Format::OpenMetrics);
        self.line(&["\n# TYPE ", name, " ", kind, "\n"]);
        if let (Format::OpenMetrics, Some(unit)) = (self.format, unit(metric)) {
            self.line(&["# UNIT ", name, " ", unit, "\n"]);
        }
    }

    fn line(&mut self, pieces: &[&str]) {
        for piece in pieces {
            self.out.push_str(piece);
        }
    }

    fn value(&mut self, value: u64) {
        self.out.push_str(itoa::Buffer::new().format(value));
        self.out.push('\n');
    }
}

/// The families.
impl Writer<'_> {
    fn build_info(&mut self, snapshot: &Snapshot) {
        self.family(&metric::BUILD_INFO);
        self.out.push_str(metric::BUILD_INFO.name);
        for (at, (name, value)) in snapshot.build_labels().into_iter().enumerate() {
            self.out.push(if at == 0 { '{' } else { ',' });
            labels::push(self.out, name, value);
        }
        self.out.push_str("} 1\n");
    }

    fn calls(&mut self, series: &Series<'_>, functions: &LabelSets, callers: &LabelSets) {
        let mut calls = series.calls().peekable();
        if calls.peek().is_none() {
            return;
        }
        self.family(&metric::CALLS);
        let (outside, overflown) = (labels::no_caller(), labels::overflown_caller());
        let remote = labels::of_remote_callers(series.snapshot());
        let mut prefix = String::new();
        let mut prefix_of = None;
        for calls in calls {
            if prefix_of != Some(calls.function) {
                prefix_of = Some(calls.function);
                prefix.clear();
                prefix.push_str(metric::CALLS.name);
                prefix.push('{');
                prefix.push_str(functions.get(calls.function));
                let function = &series.functions()[calls.function];
                labels::push_all(&mut prefix, function.success_labels());
                prefix.push(',');
                prefix.push_str(label::RESULT);
                prefix.push_str("=\"");
            }
            let caller = match calls.caller {
                Caller::None => &outside,
                Caller::Function(caller) => callers.get(caller),
                Caller::Remote(caller) => &remote[caller],
                Caller::Overflow => &overflown,
            };
            self.line(&[&prefix, calls.result, "\",", caller]);
            if let Some(error) = calls.error {
                self.out.push(',');
                labels::push(self.out, label::ERROR, error);
            }
            self.out.push_str("} ");
            self.value(calls.count);
        }
    }

    fn durations(&mut self, series: &Series<'_>, functions: &LabelSets) {
        if series.functions().is_empty() {
            return;
        }
        self.family(&metric::DURATION);
        let name = metric::DURATION.name;
        let ends: Vec<_> = series
            .bounds()
            .iter()
            .map(|bound| bound.map(|bound| format!("{}\"}} ", Canonical(bound))))
            .chain([Some(format!("{}\"}} ", Canonical(f64::INFINITY)))])
            .collect();
        let (mut labels, mut prefix) = (String::new(), String::new());
        let mut exemplars = Exemplars::new(self.format, series.exemplars());
        for (at, function) in series.functions().iter().enumerate() {
            labels.clear();
            labels.push_str(functions.get(at));
            labels::push_all(&mut labels, function.latency_labels());
            prefix.clear();
            for piece in [name, "_bucket{", &labels, ",", label::LE, "=\""] {
                prefix.push_str(piece);
            }
            let latencies = series.latencies(at);
            for (bucket, (end, calls)) in ends.iter().zip(latencies.cumulative()).enumerate() {
                if let Some(end) = end {
                    self.line(&[&prefix, end]);
                    self.out.push_str(itoa::Buffer::new().format(calls));
                    exemplars.push(self.out, at, bucket);
                    self.out.push('\n');
                }
            }
            self.line(&[name, "_sum{", &labels, "} "]);
            // Writing to a string does not fail.
            let _ = writeln!(self.out, "{}", Canonical(latencies.sum));
            self.line(&[name, "_count{", &labels, "} "]);
            self.value(latencies.count);
        }
    }

    /// One series for each function that has a value; no family where none has.
    fn per_function(
        &mut self,
        metric: &Metric,
        functions: &LabelSets,
        value: impl Fn(usize) -> Option<u64>,
    ) {
        let mut has_head = false;
        for at in 0..functions.len() {
            let Some(value) = value(at) else { continue };
            if !has_head {
                self.family(metric);
                has_head = true;
            }
            self.line(&[metric.name, "{", functions.get(at), "} "]);
            self.value(value);
        }
    }

    fn per_program(&mut self, metric: &Metric, snapshot: &Snapshot, value: u64) {
        self.family(metric);
        self.line(&[metric.name, "{"]);
        labels::push(self.out, label::SERVICE_NAME, &snapshot.service_name);
        self.out.push_str("} ");
        self.value(value);
    }
}
