//! Converts requests to lines of OpenMetrics, as a Collector's Prometheus exporter does.

use std::fmt::Write as _;

use autometrics_schema::Canonical;
use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest as Export,
    common::v1::{KeyValue, any_value},
    metrics::v1::{
        Exemplar, ExponentialHistogramDataPoint, HistogramDataPoint, Metric, NumberDataPoint,
        exemplar, metric::Data, number_data_point,
    },
};

/// Returns all metrics of a request, whatever their resource.
pub(crate) fn metrics(export: &Export) -> impl Iterator<Item = &Metric> {
    let resources = export.resource_metrics.iter();
    let scopes = resources.flat_map(|resource| &resource.scope_metrics);
    scopes.flat_map(|scope| &scope.metrics)
}

/// Returns the points of the metric `name`, if it is a sum or gauge.
pub(crate) fn numbers<'a>(export: &'a Export, name: &str) -> &'a [NumberDataPoint] {
    let data = metrics(export).find(|metric| metric.name == name);
    match data.and_then(|metric| metric.data.as_ref()) {
        Some(Data::Sum(sum)) => &sum.data_points,
        Some(Data::Gauge(gauge)) => &gauge.data_points,
        _ => &[],
    }
}

/// Returns the points of `function.calls.duration` with explicit bounds.
pub(crate) fn durations(export: &Export) -> &[HistogramDataPoint] {
    let mut all = metrics(export).filter_map(|metric| metric.data.as_ref());
    let points = all.find_map(|data| match data {
        Data::Histogram(histogram) => Some(&*histogram.data_points),
        _ => None,
    });
    points.unwrap_or_default()
}

/// Returns the points of `function.calls.duration` with exponential buckets.
pub(crate) fn exponential(export: &Export) -> &[ExponentialHistogramDataPoint] {
    let mut all = metrics(export).filter_map(|metric| metric.data.as_ref());
    let points = all.find_map(|data| match data {
        Data::ExponentialHistogram(histogram) => Some(&*histogram.data_points),
        _ => None,
    });
    points.unwrap_or_default()
}

pub(crate) fn integer(point: &NumberDataPoint) -> i64 {
    match point.value {
        Some(number_data_point::Value::AsInt(value)) => value,
        _ => panic!("no integer: {point:?}"),
    }
}

/// Returns the keys of all attributes of all points.
pub(crate) fn attribute_keys(export: &Export) -> Vec<&str> {
    let numbers = metrics(export).flat_map(|metric| numbers(export, &metric.name));
    let numbers = numbers.flat_map(|point| &point.attributes);
    let durations = durations(export).iter().flat_map(|point| &point.attributes);
    numbers.chain(durations).map(|one| &*one.key).collect()
}

/// Formats attributes as labels, `name="value"`.
pub(crate) fn labels(attributes: &[KeyValue]) -> Vec<String> {
    let labels = attributes.iter().map(|attribute| {
        let name = attribute.key.replace('.', "_");
        let escaped = text(attribute)
            .replace('\\', r"\\")
            .replace('\n', r"\n")
            .replace('"', "\\\"");
        format!("{name}=\"{escaped}\"")
    });
    labels.collect()
}

pub(crate) fn text(attribute: &KeyValue) -> &str {
    let value = attribute
        .value
        .as_ref()
        .and_then(|value| value.value.as_ref());
    match value {
        Some(any_value::Value::StringValue(text)) => text,
        other => panic!("no text: {} {other:?}", attribute.key),
    }
}

/// Returns the lines of samples, in the order of the request.
pub(crate) fn lines(export: &Export) -> Vec<String> {
    let mut lines = Vec::new();
    for metric in metrics(export) {
        let mut name = metric.name.replace('.', "_");
        if metric.unit == "s" {
            name.push_str("_seconds");
        } else {
            assert_eq!(metric.unit, "", "{name}");
        }
        match metric.data.as_ref().expect("data") {
            Data::Sum(sum) => {
                let total = if sum.is_monotonic { "_total" } else { "" };
                lines.extend(sum.data_points.iter().map(|point| {
                    let labels = labels(&point.attributes).join(",");
                    format!("{name}{total}{{{labels}}} {}", integer(point))
                }));
            }
            Data::Gauge(gauge) => lines.extend(gauge.data_points.iter().map(|point| {
                let labels = labels(&point.attributes).join(",");
                format!("{name}{{{labels}}} {}", integer(point))
            })),
            Data::Histogram(histogram) => {
                for point in &histogram.data_points {
                    push_histogram(&mut lines, &name, point);
                }
            }
            other => panic!("not one of ours: {other:?}"),
        }
    }
    lines
}

fn push_histogram(lines: &mut Vec<String>, name: &str, point: &HistogramDataPoint) {
    let labels = labels(&point.attributes).join(",");
    let bounds = point.explicit_bounds.iter().copied().chain([f64::INFINITY]);
    assert_eq!(point.bucket_counts.len(), point.explicit_bounds.len() + 1);
    assert_eq!(point.bucket_counts.iter().sum::<u64>(), point.count);
    let (mut below, mut lower) = (0, f64::NEG_INFINITY);
    for (bound, calls) in bounds.zip(&point.bucket_counts) {
        below += calls;
        let mut line = format!(
            "{name}_bucket{{{labels},le=\"{}\"}} {below}",
            Canonical(bound)
        );
        let inside = |one: &&Exemplar| value(one) > lower && value(one) <= bound;
        for exemplar in point.exemplars.iter().filter(inside) {
            push_exemplar(&mut line, exemplar);
        }
        lines.push(line);
        lower = bound;
    }
    let sum = Canonical(point.sum.expect("a sum"));
    lines.push(format!("{name}_sum{{{labels}}} {sum}"));
    lines.push(format!("{name}_count{{{labels}}} {}", point.count));
}

fn value(exemplar: &Exemplar) -> f64 {
    match exemplar.value {
        Some(exemplar::Value::AsDouble(value)) => value,
        other => panic!("no float: {other:?}"),
    }
}

fn push_exemplar(line: &mut String, exemplar: &Exemplar) {
    let hex = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    };
    let time = exemplar.time_unix_nano;
    let _ = write!(
        line,
        " # {{trace_id=\"{}\",span_id=\"{}\"}} {} {}.{:03}",
        hex(&exemplar.trace_id),
        hex(&exemplar.span_id),
        Canonical(value(exemplar)),
        time / 1_000_000_000,
        time / 1_000_000 % 1000,
    );
}
