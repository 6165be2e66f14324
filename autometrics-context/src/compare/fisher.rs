//! Exact tests of rare errors.

use super::special::ln_gamma;

/// Returns the two-sided p-value of `x` errors of `n` calls and `y` of `m`: Fisher's exact test
/// (Fisher 1922), twice the smaller one-sided value, at most 1.
///
/// Counts are rounded: those of Prometheus have fractions.
pub(super) fn exact([x, n]: [f64; 2], [y, m]: [f64; 2]) -> f64 {
    let [x, n, y, m] = [x, n, y, m].map(f64::round);
    let errors = x + y;
    let (least, most) = ((errors - n).max(0.0), errors.min(m));
    let upper = tail(y, most, 1.0, [n, m, errors]);
    let lower = tail(y, least, -1.0, [n, m, errors]);
    (2.0 * upper.min(lower)).min(1.0)
}

/// Returns the probability that all `y` errors are on the side with `m` calls if the other side
/// with `n` calls has none: C(m, y) / C(n + m, y).
pub(super) fn all_on_one_side(n: f64, y: f64, m: f64) -> f64 {
    let [n, y, m] = [n, y, m].map(f64::round);
    (ln_choose(m, y) - ln_choose(n + m, y)).exp().min(1.0)
}

/// Sums the hypergeometric probabilities from `from` to `to`, in steps of 1 or -1.
fn tail(from: f64, to: f64, step: f64, [n, m, errors]: [f64; 3]) -> f64 {
    let all = ln_choose(n + m, errors);
    let mut sum = 0.0;
    let mut at = from;
    let mut previous = 0.0;
    while (to - at) * step >= 0.0 {
        let p = (ln_choose(m, at) + ln_choose(n, errors - at) - all).exp();
        sum += p;
        // The probabilities rise to one maximum; behind it, the rest soon does not matter.
        if p < previous && p < 1e-17 * sum {
            break;
        }
        previous = p;
        at += step;
    }
    sum.min(1.0)
}

fn ln_choose(n: f64, k: f64) -> f64 {
    if k < 0.0 || k > n {
        return f64::NEG_INFINITY;
    }
    ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
}

#[cfg(test)]
mod tests {
    use super::{all_on_one_side, exact};

    fn near(value: f64, expected: f64) {
        let error = (value / expected - 1.0).abs();
        assert!(error < 1e-6, "{value} instead of {expected}");
    }

    /// Twice the smaller of the one-sided values of `scipy.stats.fisher_exact`.
    #[test]
    fn one_sided_values_are_those_of_scipy() {
        // Fisher's tea tasting: 3 of 4 cups are right.
        near(exact([1.0, 4.0], [3.0, 4.0]), 0.485_714_285_714);
        near(exact([0.0, 5000.0], [12.0, 5000.0]), 4.850_655_185_589e-4);
        near(exact([5.0, 5000.0], [25.0, 5000.0]), 3.186_528_466_195e-4);
        near(exact([3.0, 10.0], [3.0, 10.0]), 1.0);
    }

    #[test]
    fn new_error_kinds_need_ten_errors_at_equal_traffic_for_a_thousandth() {
        near(
            all_on_one_side(1e6, 10.0, 1e6),
            2_f64.powi(-10) * 0.999_977_5,
        );
        assert!(all_on_one_side(1000.0, 3.0, 1000.0) > 0.1);
        near(all_on_one_side(10.0, 0.0, 10.0), 1.0);
    }
}
