//! Calls that are missing, or too many, for the number of calls of the caller.

use super::special::two_sided;

/// Minimum number of calls that a lost function should have had.
pub(super) const FEWEST_EXPECTED: f64 = 20.0;

/// Returns the probability that none of `calls` calls is after, if nothing changed: the exact
/// conditional test of two Poisson rates (Przyborowski & Wilenski 1940). `before` and `after` are
/// the exposures: numbers of calls of the caller, or seconds.
pub(super) fn lost(calls: f64, before: f64, after: f64) -> f64 {
    if before <= 0.0 {
        return 1.0;
    }
    (before / (before + after)).powf(calls)
}

/// Ratio of two rates, as a logarithm with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RateRatio {
    pub(super) log: f64,
    pub(super) error: f64,
}

/// Compares calls per exposure; a pair is a number of calls and an exposure, both above 0.
///
/// Poisson, on the logarithmic scale, with its variance multiplied by `phi`, and with `noise` for
/// the difference between any two runs.
pub(super) fn rate_ratio(before: (f64, f64), after: (f64, f64), phi: f64, noise: f64) -> RateRatio {
    let rate = |(calls, exposure): (f64, f64)| calls / exposure;
    let variance = phi * (1.0 / before.0 + 1.0 / after.0) + 2.0 * noise * noise;
    RateRatio {
        log: (rate(after) / rate(before)).ln(),
        error: variance.sqrt(),
    }
}

/// Returns the factor by which the variance of calls per exposure between slices exceeds that of a
/// Poisson process, at least 1; 1 with fewer than two slices on a side. A slice is a number of calls
/// and an exposure.
pub(super) fn dispersion(sides: [&[(f64, f64)]; 2]) -> f64 {
    let (mut sum, mut freedom) = (0.0, 0.0);
    for slices in sides {
        let used = slices.iter().filter(|(_, exposure)| *exposure > 0.0);
        let (calls, exposure, count) = used.clone().fold((0.0, 0.0, 0.0), |sum, it| {
            (sum.0 + it.0, sum.1 + it.1, sum.2 + 1.0)
        });
        if count < 2.0 || calls <= 0.0 {
            continue;
        }
        let terms = used.map(|it| {
            let expected = it.1 * calls / exposure;
            (it.0 - expected) * (it.0 - expected) / expected
        });
        sum += terms.sum::<f64>();
        freedom += count - 1.0;
    }
    if freedom > 0.0 {
        f64::max(sum / freedom, 1.0)
    } else {
        1.0
    }
}

impl RateRatio {
    pub(super) fn p_value(self) -> f64 {
        two_sided(self.log / self.error)
    }
}

#[cfg(test)]
mod tests {
    use super::{dispersion, lost, rate_ratio};

    /// `scipy.stats.binomtest(0, 10, 0.5, alternative="less")` has p = 0.0009766.
    #[test]
    fn missing_calls_have_the_binomial_probability() {
        assert!((lost(10.0, 1000.0, 1000.0) - 0.000_976_562_5).abs() < 1e-12);
        assert!((lost(10.0, 1000.0, 0.0) - 1.0).abs() < 1e-12);
        assert!((lost(3.0, 1000.0, 3000.0) - 0.015_625).abs() < 1e-12);
    }

    #[test]
    fn noise_is_part_of_the_standard_error() {
        let found = rate_ratio((1000.0, 1000.0), (2000.0, 1000.0), 1.0, 0.0);
        assert!((found.log.exp() - 2.0).abs() < 1e-12);
        assert!((found.error - 0.0015_f64.sqrt()).abs() < 1e-12);
        let noisy = rate_ratio((1e9, 1e9), (1.03e9, 1e9), 1.0, 0.02);
        assert!(noisy.p_value() > 0.2, "{}", noisy.p_value());
    }

    #[test]
    fn uneven_slices_increase_the_dispersion() {
        let even = [(10.0, 100.0); 3];
        let uneven = [(0.0, 100.0), (20.0, 100.0), (10.0, 100.0)];
        assert!((dispersion([&even, &even]) - 1.0).abs() < 1e-12);
        // (100 + 100 + 0) / 10, twice, with 4 degrees of freedom.
        assert!((dispersion([&uneven, &uneven]) - 10.0).abs() < 1e-12);
    }
}
