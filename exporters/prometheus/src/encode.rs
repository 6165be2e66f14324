//! Encodes snapshots in both text formats.

use std::{
    fmt::Write as _,
    time::{SystemTime, UNIX_EPOCH},
};

use autometrics_core::{Buckets, Families, Group, Sample, Snapshot, Value};
use autometrics_schema::metric::{Kind, Metric};
use autometrics_schema::{Canonical, label};

use crate::Format;
use crate::exemplars::Exemplars;
use crate::labels::{self, LabelText};

/// Encodes `snapshot` as text. Use [`Format::from_accept`] to select `format`.
///
/// `Format::Protobuf` (feature `protobuf`) is not a text format. This function writes text 0.0.4
/// for it; use [`encode_to_vec`] instead.
///
/// Equal snapshots give equal text, because the order of series is that of the snapshot. A snapshot
/// that was made by hand and contradicts itself gives valid text nonetheless: edges that refer to
/// missing functions are left out, and missing buckets count as zero.
///
/// ```
/// use autometrics::{Function, Snapshot};
/// use autometrics::prometheus::{Format, encode};
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

/// Encodes `snapshot` in any `format`. Use [`Format::negotiate`] to select it.
///
/// The order of series is that of the snapshot, in every format.
///
/// ```
/// use autometrics::Snapshot;
/// use autometrics::prometheus::{Format, encode, encode_to_vec};
///
/// let snapshot = Snapshot::new("shop");
/// let page = encode_to_vec(&snapshot, Format::OpenMetrics);
/// assert_eq!(page, encode(&snapshot, Format::OpenMetrics).into_bytes());
/// ```
pub fn encode_to_vec(snapshot: &Snapshot, format: Format) -> Vec<u8> {
    match format {
        #[cfg(feature = "protobuf")]
        Format::Protobuf => crate::protobuf::encode(snapshot),
        _ => encode(snapshot, format).into_bytes(),
    }
}

/// Appends `snapshot` to `out` as text, in the same way as [`encode`].
///
/// `out` may contain the program's other metrics, or be reused from the last scrape to save an
/// allocation. Families in front must end with a line feed and have other names. OpenMetrics ends
/// with `# EOF`, so nothing may follow.
///
/// ```
/// # use autometrics::Snapshot;
/// # use autometrics::prometheus::{Format, encode_into};
/// let mut page = String::from("# TYPE carts gauge\ncarts 3\n");
/// encode_into(&mut page, &Snapshot::new("shop"), Format::Text);
/// # assert!(page.starts_with("# TYPE carts") && page.contains("build_info"));
/// ```
pub fn encode_into(out: &mut String, snapshot: &Snapshot, format: Format) {
    let families = Families::of(snapshot);
    let label_text = LabelText::of(&families);
    out.reserve(expected_len(snapshot, &label_text));
    let mut writer = Writer {
        labels: label_text.groups(),
        prefix: String::new(),
        prefix_of: None,
        bounds: bounds(&families),
        out,
        is_open_metrics: matches!(format, Format::OpenMetrics | Format::OpenMetricsWithCreated),
        has_created: format == Format::OpenMetricsWithCreated,
    };
    for family in families.iter() {
        let mut has_head = false;
        family.for_each(|sample| {
            if !has_head {
                writer.head(family.metric);
                has_head = true;
            }
            writer.sample(family.metric, &sample);
        });
    }
    if writer.is_open_metrics {
        writer.out.push_str("# EOF\n");
    }
}

/// Estimates the length of the text in bytes, somewhat too high, so that it is allocated once.
fn expected_len(snapshot: &Snapshot, labels: &LabelText) -> usize {
    /// Bytes for the metric name with its suffix, a bound and a number.
    const REST: usize = 80;
    // Buckets, sum, count, and one sample of each other metric of a function.
    let per_function = snapshot.bounds.len() + 8;
    let lines = snapshot.functions.len() * per_function + snapshot.edges.len();
    // Labels of the function, its objective and the caller.
    4096 + lines * (labels.mean_len() * 2 + REST)
}

/// Returns the text that ends a bucket's labels for each bound, `+Inf` last.
fn bounds(families: &Families<'_>) -> Vec<String> {
    let bounds = families
        .bounds()
        .iter()
        .map(|bound| bound.unwrap_or_default());
    bounds
        .chain([f64::INFINITY])
        .map(|bound| format!(",{}=\"{}\"}} ", label::LE, Canonical(bound)))
        .collect()
}

/// Returns the name of the family, without the suffix of its samples.
pub(crate) fn open_metrics_name(metric: &Metric) -> &'static str {
    match metric.kind {
        Kind::Counter => metric.name.strip_suffix("_total").unwrap_or(metric.name),
        Kind::UpDown | Kind::Gauge | Kind::Histogram => metric.name,
    }
}

/// Returns the text of the first group of a sample, which has no comma in front.
fn first_group(labels: &str) -> &str {
    labels.strip_prefix(',').unwrap_or(labels)
}

struct Writer<'a> {
    /// Text of the label groups, by index.
    labels: Vec<&'a str>,
    /// Metric name and first label group of the last sample. The next sample mostly has the same.
    prefix: String,
    prefix_of: Option<Group>,
    /// Text that ends a bucket's labels, for each bound.
    bounds: Vec<String>,
    out: &'a mut String,
    /// `true` for OpenMetrics, `false` for text 0.0.4.
    is_open_metrics: bool,
    has_created: bool,
}

impl Writer<'_> {
    fn head(&mut self, metric: &Metric) {
        self.prefix_of = None;
        let name = if self.is_open_metrics {
            open_metrics_name(metric)
        } else {
            metric.name
        };
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::UpDown | Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        self.line(&["# HELP ", name, " "]);
        labels::push_escaped(self.out, metric.help, self.is_open_metrics);
        self.line(&["\n# TYPE ", name, " ", kind, "\n"]);
        if let (true, Some(unit)) = (self.is_open_metrics, metric.unit) {
            self.line(&["# UNIT ", name, " ", unit.word(), "\n"]);
        }
    }

    fn sample(&mut self, metric: &Metric, sample: &Sample<'_>) {
        match sample.value {
            Value::Number(value) => {
                let (first, others) = sample.groups.split_at(1);
                if self.prefix_of != Some(first[0]) {
                    self.prefix_of = Some(first[0]);
                    self.prefix.clear();
                    self.prefix.push_str(metric.name);
                    self.prefix.push('{');
                    self.prefix
                        .push_str(first_group(self.labels[first[0].index()]));
                }
                self.out.push_str(&self.prefix);
                for group in others {
                    self.out.push_str(self.labels[group.index()]);
                }
                self.out.push_str("} ");
                self.value(value);
            }
            Value::Histogram(buckets) => self.histogram(metric, sample, buckets),
            // A value that this version cannot write has no sample.
            _ => return,
        }
        if let (true, Some(created)) = (self.has_created, sample.created) {
            self.created(metric, sample, created);
        }
    }

    fn created(&mut self, metric: &Metric, sample: &Sample<'_>, created: SystemTime) {
        self.line(&[open_metrics_name(metric), "_created{"]);
        let (first, others) = sample.groups.split_at(1);
        self.out
            .push_str(first_group(self.labels[first[0].index()]));
        for group in others {
            self.out.push_str(self.labels[group.index()]);
        }
        let since = created.duration_since(UNIX_EPOCH).unwrap_or_default();
        // Writing to a string does not fail.
        let _ = writeln!(
            self.out,
            "}} {}.{:03}",
            since.as_secs(),
            since.subsec_millis()
        );
    }

    fn histogram(&mut self, metric: &Metric, sample: &Sample<'_>, buckets: Buckets<'_>) {
        let name = metric.name;
        let head = name.len();
        self.prefix_of = None;
        self.prefix.clear();
        for piece in [name, "_bucket{"] {
            self.prefix.push_str(piece);
        }
        let (first, others) = sample.groups.split_at(1);
        self.prefix
            .push_str(first_group(self.labels[first[0].index()]));
        for group in others {
            self.prefix.push_str(self.labels[group.index()]);
        }
        // Text 0.0.4 has no exemplars.
        let known = if self.is_open_metrics {
            buckets.exemplars()
        } else {
            &[]
        };
        let mut exemplars = Exemplars::new(known);
        for ((bucket, calls), bound) in buckets.cumulative().enumerate().zip(&self.bounds) {
            let Some(calls) = calls else {
                continue;
            };
            self.out.push_str(&self.prefix);
            self.out.push_str(bound);
            self.out.push_str(itoa::Buffer::new().format(calls));
            exemplars.push(self.out, bucket);
            self.out.push('\n');
        }
        let labels = &self.prefix[head + "_bucket{".len()..];
        for piece in [name, "_sum{", labels, "} "] {
            self.out.push_str(piece);
        }
        // Writing to a string does not fail.
        let _ = writeln!(self.out, "{}", Canonical(buckets.sum()));
        for piece in [name, "_count{", labels, "} "] {
            self.out.push_str(piece);
        }
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
