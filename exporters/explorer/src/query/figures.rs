//! Counts as rates, ratios and quantiles.

use autometrics_core::Histogram;

/// A count, for arithmetic.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}

/// Nanoseconds as seconds.
pub(super) fn seconds(nanos: u64) -> f64 {
    float(nanos) / 1e9
}

/// How often per second; 0 while nothing is covered.
pub(super) fn rate(count: u64, covered: f64) -> f64 {
    per(float(count), covered).unwrap_or(0.0)
}

/// The share of `part` in `whole`, if there is a whole.
pub(super) fn ratio(part: u64, whole: u64) -> Option<f64> {
    per(float(part), float(whole))
}

/// `part / whole`, if there is a whole.
pub(super) fn per(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// The latency below which the share `q` of the calls in `buckets` stayed, as
/// Prometheus' `histogram_quantile`.
pub(super) fn quantile(q: f64, buckets: &[u64], bounds: &[f64]) -> Option<f64> {
    let quantile = Histogram::new(buckets, 0.0).quantile(q, bounds)?;
    Some(quantile.seconds)
}
