//! The one writer of both text formats.

use std::fmt::Write as _;

use autometrics_core::{Buckets, Families, Family, Sample, Snapshot, Value};
use autometrics_schema::metric::{Kind, Metric};
use autometrics_schema::{Canonical, label};

use crate::Format;
use crate::exemplars::Exemplars;
use crate::labels::{self, Spelled};

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
    let families = Families::of(snapshot);
    let mut writer = Writer {
        labels: Spelled::of(&families),
        bounds: bounds(&families),
        out,
        format,
    };
    for family in families.iter() {
        writer.reserve(&family);
        writer.head(family.metric);
        for sample in &family.samples {
            writer.sample(family.metric, sample);
        }
    }
    if format == Format::OpenMetrics {
        writer.out.push_str("# EOF\n");
    }
}

/// Returns the end of a bucket's labels for each bound of a snapshot, `+Inf` the last.
fn bounds(families: &Families<'_>) -> Vec<String> {
    let bounds = families
        .bounds()
        .iter()
        .map(|bound| bound.unwrap_or_default());
    bounds
        .chain([f64::INFINITY])
        .map(|bound| format!("{}=\"{}\"}} ", label::LE, Canonical(bound)))
        .collect()
}

/// Returns the name of the family without the suffix of its samples.
pub(crate) fn open_metrics_name(metric: &Metric) -> &'static str {
    match metric.kind {
        Kind::Counter => metric.name.strip_suffix("_total").unwrap_or(metric.name),
        Kind::UpDown | Kind::Gauge | Kind::Histogram => metric.name,
    }
}

struct Writer<'a> {
    labels: Spelled,
    /// The end of a bucket's labels for each bound.
    bounds: Vec<String>,
    out: &'a mut String,
    format: Format,
}

impl Writer<'_> {
    /// Makes room for a family of equally long samples, so that the text rarely moves.
    fn reserve(&mut self, family: &Family<'_>) {
        /// Suffix, bound and value of a line.
        const REST: usize = 40;
        let Some(first) = family.samples.first() else {
            return;
        };
        let lines = match first.value {
            Value::Number(_) => 1,
            Value::Histogram(_) => self.bounds.len() + 2,
        };
        let labels: usize = first
            .groups()
            .map(|group| self.labels.get(group).len() + 1)
            .sum();
        let line = family.metric.name.len() + labels + REST;
        self.out.reserve(family.samples.len() * lines * line);
    }

    fn head(&mut self, metric: &Metric) {
        let name = match self.format {
            Format::Text => metric.name,
            Format::OpenMetrics => open_metrics_name(metric),
        };
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::UpDown | Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        self.line(&["# HELP ", name, " "]);
        labels::push_escaped(self.out, metric.help, self.format == Format::OpenMetrics);
        self.line(&["\n# TYPE ", name, " ", kind, "\n"]);
        if let (Format::OpenMetrics, Some(unit)) = (self.format, metric.unit) {
            self.line(&["# UNIT ", name, " ", unit.word(), "\n"]);
        }
    }

    fn sample(&mut self, metric: &Metric, sample: &Sample<'_>) {
        match sample.value {
            Value::Number(value) => {
                self.line(&[metric.name, "{"]);
                self.labels.push(self.out, sample);
                self.out.push_str("} ");
                self.value(value);
            }
            Value::Histogram(buckets) => self.histogram(metric, sample, buckets),
        }
    }

    fn histogram(&mut self, metric: &Metric, sample: &Sample<'_>, buckets: Buckets<'_>) {
        let name = metric.name;
        let mut labels = String::new();
        self.labels.push(&mut labels, sample);
        let prefix = [name, "_bucket{", &labels, ","].concat();
        let mut exemplars = Exemplars::new(self.format, buckets.exemplars());
        for (bucket, calls) in buckets.cumulative().enumerate() {
            let (Some(calls), Some(bound)) = (calls, self.bounds.get(bucket)) else {
                continue;
            };
            self.out.push_str(&prefix);
            self.out.push_str(bound);
            self.out.push_str(itoa::Buffer::new().format(calls));
            exemplars.push(self.out, bucket);
            self.out.push('\n');
        }
        self.line(&[name, "_sum{", &labels, "} "]);
        // Writing to a string does not fail.
        let _ = writeln!(self.out, "{}", Canonical(buckets.sum()));
        self.line(&[name, "_count{", &labels, "} "]);
        self.value(buckets.count());
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
