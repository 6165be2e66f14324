//! Calculates rates, ratios and quantiles.

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

/// Rounds an estimate in seconds to four significant digits. Further digits would enlarge the JSON
/// and are meaningless.
pub(super) fn rounded(seconds: f64) -> f64 {
    if seconds <= 0.0 {
        return 0.0;
    }
    // Powers of ten are exact up to 10^22, so the quotient has exactly these digits.
    #[expect(clippy::cast_possible_truncation, reason = "a logarithm")]
    let digits = 3 - seconds.log10().floor() as i32;
    let scale = 10_f64.powi(digits.clamp(0, 22));
    (seconds * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn estimates_have_four_significant_digits() {
        let all = [
            0.0,
            2.123_456e-9,
            1.999_96e-6,
            0.012_345_6,
            1.234_56,
            86_461.7,
        ];
        let texts = all.map(|seconds| rounded(seconds).to_string());
        let expected = [
            "0",
            "0.000000002123",
            "0.000002",
            "0.01235",
            "1.235",
            "86462",
        ];
        assert_eq!(texts, expected);
    }
}
