//! Calculates rates, ratios and quantiles.

use autometrics_context::text::rounded;
use autometrics_core::FineBuckets;
use serde::Serialize;

use crate::history::float;

/// Converts nanoseconds to seconds.
pub(super) fn seconds(nanos: u64) -> f64 {
    float(nanos) / 1e9
}

/// Returns the number per second, or 0 if the window covers no time.
pub(super) fn rate(count: u64, covered: f64) -> f64 {
    per(float(count), covered).unwrap_or(0.0)
}

/// Returns the share of `part` in `whole`, or `None` if `whole` is zero.
pub(super) fn ratio(part: u64, whole: u64) -> Option<f64> {
    per(float(part), float(whole))
}

/// Returns `part / whole`, or `None` if `whole` is zero.
pub(super) fn per(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// Quantiles of latencies, in seconds, accurate to 4.5 %. `None` without calls.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[expect(
    clippy::struct_field_names,
    reason = "fields of the API have their unit"
)]
pub(super) struct Quantiles {
    /// Median latency, in seconds, at most 4.5 % off; null without calls.
    pub(super) p50_seconds: Option<f64>,
    /// 95th percentile of the latency, in seconds, at most 4.5 % off; null without calls.
    pub(super) p95_seconds: Option<f64>,
    /// 99th percentile of the latency, in seconds, at most 4.5 % off; null without calls.
    pub(super) p99_seconds: Option<f64>,
}

impl Quantiles {
    pub(super) fn of(latencies: &FineBuckets) -> Self {
        let quantile = |q| latencies.quantile(q).map(|found| rounded(found.seconds));
        Self {
            p50_seconds: quantile(0.5),
            p95_seconds: quantile(0.95),
            p99_seconds: quantile(0.99),
        }
    }
}
