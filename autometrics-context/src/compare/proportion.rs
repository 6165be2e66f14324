//! Comparison of two error ratios.

use super::{fisher, special::two_sided};

/// Minimum number of expected errors, and of expected successes, on the smaller side for the normal
/// approximation (Cochran 1954).
const FEWEST_EXPECTED: f64 = 5.0;

/// Errors of a number of calls.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Share {
    /// Number of errors.
    pub(super) errors: f64,
    /// Number of calls, above 0.
    pub(super) calls: f64,
}

impl Share {
    pub(super) fn ratio(self) -> f64 {
        (self.errors / self.calls).clamp(0.0, 1.0)
    }

    /// Returns Wilson's interval of the ratio (Wilson 1927).
    fn wilson(self, z: f64) -> (f64, f64) {
        let (p, n) = (self.ratio(), self.calls);
        let middle = p + z * z / (2.0 * n);
        let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        (
            ((middle - half) / scale).max(0.0),
            ((middle + half) / scale).min(1.0),
        )
    }
}

/// Returns the two-sided p-value of the hypothesis that both ratios are equal, and the name of the
/// test.
///
/// The pooled score test (Pearson) with Yates' continuity correction (1934), with its variance
/// multiplied by `phi`. With few expected errors Fisher's exact test, for which the counts are
/// divided by `phi`.
pub(super) fn p_value(before: Share, after: Share, phi: f64) -> (f64, &'static str) {
    let calls = before.calls + after.calls;
    let pooled = (before.errors + after.errors) / calls;
    if pooled <= 0.0 || pooled >= 1.0 {
        return (1.0, "fisher");
    }
    let expected = before.calls.min(after.calls) * pooled.min(1.0 - pooled);
    if expected < FEWEST_EXPECTED {
        let of = |share: Share| [(share.errors / phi).floor(), share.calls.round()];
        let exact = |share: Share| [share.errors.round(), share.calls.round()];
        let of = if phi > 1.0 {
            [of(before), of(after)]
        } else {
            [exact(before), exact(after)]
        };
        return (fisher::exact(of[0], of[1]), "fisher");
    }
    let inverse = 1.0 / before.calls + 1.0 / after.calls;
    let difference = (after.ratio() - before.ratio()).abs() - inverse / 2.0;
    let deviation = (phi * pooled * (1.0 - pooled) * inverse).sqrt();
    (two_sided(difference.max(0.0) / deviation), "score")
}

/// Returns the factor by which the variance between slices exceeds that of independent calls, at
/// least 1 (quasi-likelihood, `McCullagh` & Nelder 1989). It is 1 with fewer than two slices on a
/// side.
pub(super) fn dispersion(sides: [&[Share]; 2]) -> f64 {
    let mut sum = 0.0;
    let mut freedom = 0.0;
    for slices in sides {
        let used = slices.iter().filter(|slice| slice.calls > 0.0);
        let (calls, errors, count) = used.clone().fold((0.0, 0.0, 0.0), |sum, slice| {
            (sum.0 + slice.calls, sum.1 + slice.errors, sum.2 + 1.0)
        });
        let ratio: f64 = errors / calls;
        if count < 2.0 || ratio <= 0.0 || ratio >= 1.0 {
            continue;
        }
        let terms = used.map(|slice| {
            let difference = slice.errors - slice.calls * ratio;
            difference * difference / (slice.calls * ratio * (1.0 - ratio))
        });
        sum += terms.sum::<f64>();
        freedom += count - 1.0;
    }
    if freedom > 0.0 {
        (sum / freedom).max(1.0)
    } else {
        1.0
    }
}

/// Returns the interval of the difference of the ratios, after minus before: method 10 of Newcombe
/// (1998), which works at 0 errors. `phi` divides the numbers of calls.
pub(super) fn newcombe(before: Share, after: Share, phi: f64, z: f64) -> (f64, f64) {
    let less = |share: Share| Share {
        errors: share.errors / phi,
        calls: share.calls / phi,
    };
    let (a, b) = (before.ratio(), after.ratio());
    let ((low_a, high_a), (low_b, high_b)) = (less(before).wilson(z), less(after).wilson(z));
    let difference = b - a;
    (
        difference - (b - low_b).hypot(high_a - a),
        difference + (high_b - b).hypot(a - low_a),
    )
}

#[cfg(test)]
mod tests {
    use super::{Share, dispersion, newcombe, p_value};

    fn share(errors: f64, calls: f64) -> Share {
        Share { errors, calls }
    }

    fn near(value: f64, expected: f64) {
        let error = (value - expected).abs();
        assert!(error < 5e-5, "{value} instead of {expected}");
    }

    /// `scipy.stats.chi2_contingency([[50, 4950], [90, 4910]])`, with Yates' correction.
    #[test]
    fn score_test_is_the_corrected_chi_square_test() {
        let (p, test) = p_value(share(50.0, 5000.0), share(90.0, 5000.0), 1.0);
        assert_eq!(test, "score");
        near(p * 1000.0, 0.902_048_309_7);
        let (p, test) = p_value(share(0.0, 50.0), share(3.0, 50.0), 1.0);
        assert_eq!(test, "fisher");
        near(p, 0.242_424);
        let p = p_value(share(50.0, 5000.0), share(90.0, 5000.0), 4.0).0;
        assert!(p > 0.05, "{p}");
    }

    /// Newcombe (1998), table II, method 10: 56/70 − 48/80 is 0.0524 to 0.3339, 10/10 − 0/20 is
    /// 0.6791 to 1.
    #[test]
    fn intervals_are_those_that_newcombe_published() {
        let z = 1.959_964;
        let (low, high) = newcombe(share(48.0, 80.0), share(56.0, 70.0), 1.0, z);
        near(low, 0.0524);
        near(high, 0.3339);
        let (low, high) = newcombe(share(0.0, 20.0), share(10.0, 10.0), 1.0, z);
        near(low, 0.6791);
        near(high, 1.0);
    }

    #[test]
    fn bursts_increase_the_dispersion() {
        let even = [share(10.0, 100.0); 4];
        near(dispersion([&even, &even]), 1.0);
        let burst = [
            share(0.0, 100.0),
            share(20.0, 100.0),
            share(0.0, 100.0),
            share(20.0, 100.0),
        ];
        // Each slice contributes 10² / 9; 8 slices have 6 degrees of freedom.
        near(dispersion([&burst, &burst]), 8.0 * 100.0 / 9.0 / 6.0);
        near(dispersion([&burst[..1], &burst[..1]]), 1.0);
    }
}
