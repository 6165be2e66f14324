//! Decodes the protobuf format: the messages of `metrics.proto` with presence, converted to lines
//! of OpenMetrics.

use std::fmt::Write as _;

use autometrics_schema::Canonical;
use prost::Message;

#[derive(Clone, PartialEq, Message)]
pub(super) struct MetricFamily {
    #[prost(string, optional, tag = "1")]
    pub(super) name: Option<String>,
    #[prost(string, optional, tag = "2")]
    pub(super) help: Option<String>,
    #[prost(enumeration = "MetricType", optional, tag = "3")]
    pub(super) r#type: Option<i32>,
    #[prost(message, repeated, tag = "4")]
    pub(super) metric: Vec<Metric>,
    #[prost(string, optional, tag = "5")]
    pub(super) unit: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum MetricType {
    Counter = 0,
    Gauge = 1,
    Summary = 2,
    Untyped = 3,
    Histogram = 4,
    GaugeHistogram = 5,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Metric {
    #[prost(message, repeated, tag = "1")]
    pub(super) label: Vec<LabelPair>,
    #[prost(message, optional, tag = "2")]
    pub(super) gauge: Option<Gauge>,
    #[prost(message, optional, tag = "3")]
    pub(super) counter: Option<Counter>,
    #[prost(int64, optional, tag = "6")]
    pub(super) timestamp_ms: Option<i64>,
    #[prost(message, optional, tag = "7")]
    pub(super) histogram: Option<Histogram>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct LabelPair {
    #[prost(string, optional, tag = "1")]
    pub(super) name: Option<String>,
    #[prost(string, optional, tag = "2")]
    pub(super) value: Option<String>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Gauge {
    #[prost(double, optional, tag = "1")]
    pub(super) value: Option<f64>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Counter {
    #[prost(double, optional, tag = "1")]
    pub(super) value: Option<f64>,
    #[prost(message, optional, tag = "2")]
    pub(super) exemplar: Option<Exemplar>,
    #[prost(message, optional, tag = "3")]
    pub(super) created_timestamp: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Histogram {
    #[prost(uint64, optional, tag = "1")]
    pub(super) sample_count: Option<u64>,
    #[prost(double, optional, tag = "2")]
    pub(super) sample_sum: Option<f64>,
    #[prost(message, repeated, tag = "3")]
    pub(super) bucket: Vec<Bucket>,
    #[prost(double, optional, tag = "4")]
    pub(super) sample_count_float: Option<f64>,
    #[prost(sint32, optional, tag = "5")]
    pub(super) schema: Option<i32>,
    #[prost(double, optional, tag = "6")]
    pub(super) zero_threshold: Option<f64>,
    #[prost(uint64, optional, tag = "7")]
    pub(super) zero_count: Option<u64>,
    #[prost(double, optional, tag = "8")]
    pub(super) zero_count_float: Option<f64>,
    #[prost(message, repeated, tag = "9")]
    pub(super) negative_span: Vec<BucketSpan>,
    #[prost(sint64, repeated, tag = "10")]
    pub(super) negative_delta: Vec<i64>,
    #[prost(double, repeated, tag = "11")]
    pub(super) negative_count: Vec<f64>,
    #[prost(message, repeated, tag = "12")]
    pub(super) positive_span: Vec<BucketSpan>,
    #[prost(sint64, repeated, tag = "13")]
    pub(super) positive_delta: Vec<i64>,
    #[prost(double, repeated, tag = "14")]
    pub(super) positive_count: Vec<f64>,
    #[prost(message, optional, tag = "15")]
    pub(super) created_timestamp: Option<Timestamp>,
    #[prost(message, repeated, tag = "16")]
    pub(super) exemplars: Vec<Exemplar>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct BucketSpan {
    #[prost(sint32, optional, tag = "1")]
    pub(super) offset: Option<i32>,
    #[prost(uint32, optional, tag = "2")]
    pub(super) length: Option<u32>,
}

impl Histogram {
    /// Returns number and calls of each native bucket.
    pub(super) fn native(&self) -> Vec<(i32, i64)> {
        let mut deltas = self.positive_delta.iter();
        let (mut number, mut calls) = (0, 0);
        let mut buckets = Vec::new();
        for span in &self.positive_span {
            number += span.offset();
            for _ in 0..span.length() {
                calls += deltas.next().expect("a delta for each bucket");
                buckets.push((number, calls));
                number += 1;
            }
        }
        assert_eq!(deltas.next(), None, "a bucket for each delta");
        buckets
    }
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Bucket {
    #[prost(uint64, optional, tag = "1")]
    pub(super) cumulative_count: Option<u64>,
    #[prost(double, optional, tag = "2")]
    pub(super) upper_bound: Option<f64>,
    #[prost(message, optional, tag = "3")]
    pub(super) exemplar: Option<Exemplar>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Exemplar {
    #[prost(message, repeated, tag = "1")]
    pub(super) label: Vec<LabelPair>,
    #[prost(double, optional, tag = "2")]
    pub(super) value: Option<f64>,
    #[prost(message, optional, tag = "3")]
    pub(super) timestamp: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Timestamp {
    #[prost(int64, tag = "1")]
    pub(super) seconds: i64,
    #[prost(int32, tag = "2")]
    pub(super) nanos: i32,
}

/// Decodes the length-delimited families of a page.
#[track_caller]
pub(super) fn decode(mut page: &[u8]) -> Vec<MetricFamily> {
    let mut families = Vec::new();
    while !page.is_empty() {
        families.push(MetricFamily::decode_length_delimited(&mut page).expect("a family"));
    }
    families
}

/// Returns the histograms of a page, in its order.
pub(super) fn histograms(families: &[MetricFamily]) -> Vec<&Histogram> {
    let metrics = families.iter().flat_map(|family| &family.metric);
    let histograms = metrics.filter_map(|metric| metric.histogram.as_ref());
    histograms.collect()
}

/// Returns the same page as OpenMetrics.
pub(super) fn open_metrics(families: &[MetricFamily]) -> String {
    let mut lines = String::new();
    for family in families {
        push_family(&mut lines, family);
    }
    lines + "# EOF\n"
}

fn push_family(lines: &mut String, family: &MetricFamily) {
    let samples = family.name();
    let (kind, name) = match family.r#type.map(MetricType::try_from) {
        Some(Ok(MetricType::Counter)) => {
            ("counter", samples.strip_suffix("_total").expect(samples))
        }
        Some(Ok(MetricType::Gauge)) => ("gauge", samples),
        Some(Ok(MetricType::Histogram)) => ("histogram", samples),
        other => panic!("not one of ours: {other:?}"),
    };
    let _ = writeln!(lines, "# HELP {name} {}", escaped(family.help()));
    let _ = writeln!(lines, "# TYPE {name} {kind}");
    if !family.unit().is_empty() {
        let _ = writeln!(lines, "# UNIT {name} {}", family.unit());
    }
    assert!(!family.metric.is_empty(), "a family without samples");
    for metric in &family.metric {
        assert_eq!(metric.timestamp_ms, None);
        let labels = labels(&metric.label);
        match (&metric.counter, &metric.gauge, &metric.histogram) {
            (Some(counter), None, None) if kind == "counter" => {
                assert_eq!(counter.exemplar, None);
                let _ = writeln!(lines, "{samples}{{{labels}}} {}", counter.value());
                push_created(lines, name, &labels, counter.created_timestamp.as_ref());
            }
            (None, Some(gauge), None) if kind == "gauge" => {
                let _ = writeln!(lines, "{samples}{{{labels}}} {}", gauge.value());
            }
            (None, None, Some(histogram)) if kind == "histogram" => {
                push_histogram(lines, name, &labels, histogram);
                push_created(lines, name, &labels, histogram.created_timestamp.as_ref());
            }
            _ => panic!("not of a {kind}: {metric:?}"),
        }
    }
}

fn push_created(lines: &mut String, name: &str, labels: &str, created: Option<&Timestamp>) {
    if let Some(Timestamp { seconds, nanos }) = created {
        let millis = nanos / 1_000_000;
        let _ = writeln!(lines, "{name}_created{{{labels}}} {seconds}.{millis:03}");
    }
}

fn push_histogram(lines: &mut String, name: &str, labels: &str, histogram: &Histogram) {
    for bucket in &histogram.bucket {
        let bound = Canonical(bucket.upper_bound());
        let calls = bucket.cumulative_count();
        let _ = write!(lines, "{name}_bucket{{{labels},le=\"{bound}\"}} {calls}");
        if let Some(exemplar) = &bucket.exemplar {
            let time = exemplar.timestamp.as_ref().expect("a time");
            let (seconds, millis) = (time.seconds, time.nanos / 1_000_000);
            let labels = self::labels(&exemplar.label);
            let value = Canonical(exemplar.value());
            let _ = write!(lines, " # {{{labels}}} {value} {seconds}.{millis:03}");
        }
        lines.push('\n');
    }
    let sum = Canonical(histogram.sample_sum());
    let _ = writeln!(lines, "{name}_sum{{{labels}}} {sum}");
    let _ = writeln!(
        lines,
        "{name}_count{{{labels}}} {}",
        histogram.sample_count()
    );
}

fn labels(pairs: &[LabelPair]) -> String {
    let pairs = pairs
        .iter()
        .map(|pair| format!("{}=\"{}\"", pair.name(), escaped(pair.value())));
    pairs.collect::<Vec<_>>().join(",")
}

fn escaped(text: &str) -> String {
    text.replace('\\', r"\\")
        .replace('\n', r"\n")
        .replace('"', "\\\"")
}
