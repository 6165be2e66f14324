//! Totals of the metrics that one way exports.

use std::fmt;

use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    metrics::v1::{NumberDataPoint, metric::Data, number_data_point},
};

/// Totals of all functions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    calls: u64,
    errors: u64,
    cancelled: u64,
    /// Good and bad calls, summed over the promises of all objectives.
    good: u64,
    bad: u64,
    /// Number of latencies in the histograms; `None` for a way without histograms.
    latencies: Option<u64>,
    exemplars: usize,
}

impl Totals {
    pub(crate) const HEAD: &str = "calls errors cancelled good bad latencies exemplars";

    /// Adds up the samples of a page for Prometheus.
    pub(crate) fn of_page(page: &str) -> Self {
        let mut totals = Self::default();
        for line in page.lines().filter(|line| !line.starts_with('#')) {
            let (sample, exemplar) = match line.split_once(" # ") {
                Some((sample, _)) => (sample, 1),
                None => (line, 0),
            };
            totals.exemplars += exemplar;
            let Some((series, value)) = sample.rsplit_once(' ') else {
                continue;
            };
            let (name, labels) = series.split_once('{').unwrap_or((series, ""));
            let Ok(value) = value.parse::<u64>() else {
                continue;
            };
            match name {
                "function_calls_total" => {
                    totals.calls += value;
                    if labels.contains("result=\"error\"") {
                        totals.errors += value;
                    }
                }
                "function_calls_cancelled_total" => totals.cancelled += value,
                "function_objective_calls_total" => {
                    if labels.contains("outcome=\"bad\"") {
                        totals.bad += value;
                    } else {
                        totals.good += value;
                    }
                }
                "function_calls_duration_seconds_count" => {
                    *totals.latencies.get_or_insert_default() += value;
                }
                _ => {}
            }
        }
        totals
    }

    /// Adds up the points of a request to a Collector.
    pub(crate) fn of_request(request: &ExportMetricsServiceRequest) -> Self {
        let mut totals = Self::default();
        let scopes = request
            .resource_metrics
            .iter()
            .flat_map(|one| &one.scope_metrics);
        for metric in scopes.flat_map(|scope| &scope.metrics) {
            match (&*metric.name, &metric.data) {
                ("function.calls", Some(Data::Sum(sum))) => {
                    let points = &sum.data_points;
                    totals.calls += points.iter().map(count).sum::<u64>();
                    let errors = points
                        .iter()
                        .filter(|point| has(&point.attributes, "result", "error"));
                    totals.errors += errors.map(count).sum::<u64>();
                }
                ("function.calls.cancelled", Some(Data::Sum(sum))) => {
                    totals.cancelled += sum.data_points.iter().map(count).sum::<u64>();
                }
                ("function.objective.calls", Some(Data::Sum(sum))) => {
                    let points = &sum.data_points;
                    let all: u64 = points.iter().map(count).sum();
                    let bad = points
                        .iter()
                        .filter(|point| has(&point.attributes, "outcome", "bad"));
                    let bad: u64 = bad.map(count).sum();
                    totals.bad += bad;
                    totals.good += all - bad;
                }
                ("function.calls.duration", Some(Data::Histogram(histogram))) => {
                    for point in &histogram.data_points {
                        *totals.latencies.get_or_insert_default() += point.count;
                        totals.exemplars += point.exemplars.len();
                    }
                }
                _ => {}
            }
        }
        totals
    }

    /// Returns `true` if the counts are equal, and the latencies too if both ways have them.
    pub(crate) fn agree_with(&self, other: &Self) -> bool {
        let latencies = self.latencies.zip(other.latencies);
        let counts = |it: &Self| [it.calls, it.errors, it.cancelled, it.good, it.bad];
        counts(self) == counts(other) && latencies.is_none_or(|(one, another)| one == another)
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let latencies = self.latencies.map_or("-".to_owned(), |n| n.to_string());
        write!(
            f,
            "{:>5} {:>6} {:>9} {:>4} {:>3} {latencies:>9} {:>9}",
            self.calls, self.errors, self.cancelled, self.good, self.bad, self.exemplars
        )
    }
}

fn count(point: &NumberDataPoint) -> u64 {
    match point.value {
        Some(number_data_point::Value::AsInt(value)) => u64::try_from(value).unwrap_or_default(),
        _ => 0,
    }
}

fn has(attributes: &[KeyValue], key: &str, expected: &str) -> bool {
    attributes.iter().any(|attribute| {
        let value = attribute
            .value
            .as_ref()
            .and_then(|value| value.value.as_ref());
        attribute.key == key && matches!(value, Some(Value::StringValue(text)) if text == expected)
    })
}
