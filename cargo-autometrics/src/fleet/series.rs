//! Series in answers of Prometheus.

use std::collections::BTreeMap;

use autometrics_context::calls::{Bucket, Distribution};
use serde::Deserialize;

/// Result of a query (HTTP API, "Expression query result formats").
#[derive(Debug, Deserialize)]
pub(super) struct Data {
    pub(super) result: Vec<Series>,
}

/// Series with its values.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Series {
    /// Labels and their values.
    pub(super) metric: BTreeMap<String, String>,
    /// Value of an instant query.
    value: Option<(f64, String)>,
    /// Values of a range query.
    values: Vec<(f64, String)>,
    /// Native histograms of a range query.
    histograms: Vec<(f64, Histogram)>,
}

/// Native histogram. Buckets are a rule for their bounds, the bounds, and a number of calls.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Histogram {
    sum: String,
    buckets: Vec<(u8, String, String, String)>,
}

impl Series {
    pub(super) fn label(&self, name: &str) -> &str {
        self.metric.get(name).map_or("", |value| value)
    }

    /// Returns the value of an instant query, if it is finite.
    pub(super) fn value(&self) -> Option<f64> {
        finite(&self.value.as_ref()?.1)
    }

    /// Returns the finite values of a range query with their moments.
    pub(super) fn values(&self) -> impl Iterator<Item = (f64, f64)> {
        let values = self.values.iter();
        values.filter_map(|(at, value)| Some((*at, finite(value)?)))
    }

    /// Returns the native histograms of a range query with their moments: latencies, and their sum.
    pub(super) fn histograms(&self) -> impl Iterator<Item = (f64, Distribution, f64)> {
        self.histograms.iter().map(|(at, histogram)| {
            let buckets = histogram
                .buckets
                .iter()
                .filter_map(|(_, lower, upper, calls)| {
                    Some(Bucket {
                        // The bucket of zeros reaches below zero.
                        lower: lower.parse::<f64>().ok()?.max(0.0),
                        upper: upper.parse().ok()?,
                        calls: finite(calls)?,
                    })
                });
            (
                *at,
                Distribution::new(buckets),
                finite(&histogram.sum).unwrap_or(0.0),
            )
        })
    }
}

fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::Series;

    #[test]
    fn native_buckets_have_their_bounds_and_none_is_below_zero() {
        let series: Series = serde_json::from_str(
            r#"{"metric": {}, "histograms": [[5, {"sum": "3", "buckets": [
                [3, "-0.001", "0.001", "2"], [0, "1", "1.09", "1"], [0, "4", "+Inf", "1"]]}]]}"#,
        )
        .unwrap();
        let (_, latencies, _) = series.histograms().next().unwrap();
        let buckets = latencies.buckets().iter();
        let bounds: Vec<_> = buckets.map(|it| [it.lower, it.upper]).collect();
        assert_eq!(bounds, [[0.0, 0.001], [1.0, 1.09], [4.0, f64::INFINITY]]);
    }
}
