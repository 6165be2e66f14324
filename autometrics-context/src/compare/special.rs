//! Normal and gamma functions.

use std::f64::consts::PI;

/// Two-sided 99 % quantile of the normal distribution.
pub(super) const Z_99: f64 = 2.575_829_303_548_901;
/// Two-sided 90 % quantile of the normal distribution.
pub(super) const Z_90: f64 = 1.644_853_626_951_472_7;

/// Returns the two-sided p-value of a standard normal statistic.
pub(super) fn two_sided(z: f64) -> f64 {
    erfc(z.abs() / 2_f64.sqrt())
}

/// Returns the complementary error function of `x`, which is at least 0.
///
/// Below 2: the series of erf (Abramowitz & Stegun 1964, 7.1.6). Above: the continued fraction
/// (7.1.14), whose relative error stays small in the tail.
fn erfc(x: f64) -> f64 {
    let bell = (-x * x).exp();
    if x < 2.0 {
        let mut term = x;
        let mut sum = x;
        for n in 1..100 {
            term *= 2.0 * x * x / f64::from(2 * n + 1);
            sum += term;
        }
        return 1.0 - 2.0 / PI.sqrt() * bell * sum;
    }
    let tail = (1..=80)
        .rev()
        .fold(x, |below, n| x + f64::from(n) / 2.0 / below);
    bell / PI.sqrt() / tail
}

/// Returns ln Γ(x) for `x` above 0, by Stirling's series (Abramowitz & Stegun 1964, 6.1.41).
pub(super) fn ln_gamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    while x < 10.0 {
        shift += x.ln();
        x += 1.0;
    }
    let series = 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3)) + 1.0 / (1260.0 * x.powi(5))
        - 1.0 / (1680.0 * x.powi(7));
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * PI).ln() + series - shift
}

#[cfg(test)]
mod tests {
    use super::{ln_gamma, two_sided};

    fn near(value: f64, expected: f64) {
        let error = (value / expected - 1.0).abs();
        assert!(error < 1e-9, "{value} instead of {expected}");
    }

    /// The expected values are those of `scipy.stats.norm.sf`, times two.
    #[test]
    fn normal_tails_are_those_of_scipy() {
        near(two_sided(0.5), 0.617_075_077_451_974);
        near(two_sided(-1.959_963_984_540_054), 0.05);
        near(two_sided(2.9), 0.003_731_626_600_768_075);
        near(two_sided(4.3), 1.707_981_094_198_359e-5);
        near(two_sided(8.0), 1.244_192_114_854_348e-15);
    }

    /// The expected values are those of `scipy.special.gammaln`.
    #[test]
    fn logarithms_of_factorials_are_those_of_scipy() {
        near(ln_gamma(0.5), 0.572_364_942_924_700_1);
        near(ln_gamma(11.0), 15.104_412_573_075_516);
        near(ln_gamma(1_000_001.0), 12_815_518.384_658_17);
    }
}
