//! Shift of the latencies, by ranks.

use std::collections::BTreeMap;

use super::cells::{Cells, WIDTH};

/// Shift of all latencies from one side to the other, as the logarithm of a factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shift {
    /// Median of all differences between a call after and a call before.
    pub(super) log: f64,
    /// Standard error, as if calls were independent.
    pub(super) error: f64,
}

/// Statistic of Mann and Whitney (1947) for calls in cells.
#[derive(Clone, Copy, Debug, PartialEq)]
struct MannWhitney {
    /// Number of pairs in which the call after is slower; ties count half.
    u: f64,
    /// Variance of `u` if nothing changed, corrected for ties (Lehmann 1975).
    variance: f64,
}

fn mann_whitney(before: &Cells, after: &Cells) -> MannWhitney {
    let mut both: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
    for (at, calls) in before.iter() {
        both.entry(at).or_default().0 += calls;
    }
    for (at, calls) in after.iter() {
        both.entry(at).or_default().1 += calls;
    }
    let (n, m) = (before.count(), after.count());
    let all = n + m;
    let (mut u, mut below, mut ties) = (0.0, 0.0, 0.0);
    for (a, b) in both.into_values() {
        u += b * (below + a / 2.0);
        below += a;
        let tied = a + b;
        ties += tied * tied * tied - tied;
    }
    let variance = n * m / 12.0 * ((all + 1.0) - ties / (all * (all - 1.0)));
    MannWhitney {
        u,
        variance: variance.max(0.0),
    }
}

/// Returns the estimate of Hodges and Lehmann (1963) for the shift of the latencies, with the
/// standard error by its interval (Moses 1953): a quarter of the distance between the quantiles of
/// the differences at ½ ± 2√V/(nm).
///
/// Both sides have calls.
pub(super) fn shift(before: &Cells, after: &Cells) -> Shift {
    let mut differences: BTreeMap<i32, f64> = BTreeMap::new();
    for (a, calls) in before.iter() {
        for (b, others) in after.iter() {
            *differences.entry(b - a).or_default() += calls * others;
        }
    }
    let pairs: f64 = differences.values().sum();
    let quantile = |q: f64| {
        let mut below = 0.0;
        for (&at, &calls) in &differences {
            let share = calls / pairs;
            if below + share >= q {
                return WIDTH * (f64::from(at) - 0.5 + (q - below) / share);
            }
            below += share;
        }
        differences
            .last_key_value()
            .map_or(0.0, |(&at, _)| WIDTH * f64::from(at))
    };
    let deviation = mann_whitney(before, after).variance.sqrt() / pairs;
    let around = (2.0 * deviation).min(0.49);
    Shift {
        log: quantile(0.5),
        error: (quantile(0.5 + around) - quantile(0.5 - around)) / 4.0,
    }
}

/// Returns the probability that a call after is slower than a call before; ties count half.
pub(super) fn superiority(before: &Cells, after: &Cells) -> f64 {
    mann_whitney(before, after).u / (before.count() * after.count())
}

#[cfg(test)]
mod tests {
    use super::{mann_whitney, shift, superiority};
    use crate::{
        calls::{Bucket, Distribution},
        compare::{cells::Cells, special::two_sided},
    };

    fn cells(calls: &[f64]) -> Cells {
        let mut upper = 1.0;
        let buckets = calls.iter().map(|&calls| {
            let lower: f64 = upper;
            upper = lower * 2_f64.powf(0.125);
            Bucket {
                lower,
                upper,
                calls,
            }
        });
        Cells::new(&Distribution::new(buckets))
    }

    /// `scipy.stats.mannwhitneyu([2,3,3,4,4,5,5,5], [1,2,2,3,3,3,4], use_continuity=False,
    /// method="asymptotic")` has the statistic 45 and p 0.042754.
    #[test]
    fn statistic_and_ties_are_those_of_scipy() {
        let before = cells(&[1.0, 2.0, 3.0, 1.0]);
        let after = cells(&[0.0, 1.0, 2.0, 2.0, 3.0]);
        let found = mann_whitney(&before, &after);
        assert_eq!(found.u.to_string(), "45");
        let p = two_sided((found.u - 28.0) / found.variance.sqrt());
        assert!((p - 0.042_753_718).abs() < 1e-8, "{p}");
        assert!((superiority(&before, &after) - 45.0 / 56.0).abs() < 1e-12);
    }

    #[test]
    fn shift_by_two_cells_is_found() {
        let before = cells(&[10.0, 100.0, 300.0, 100.0, 10.0]);
        let after = cells(&[0.0, 0.0, 10.0, 100.0, 300.0, 100.0, 10.0]);
        let found = shift(&before, &after);
        let factor = found.log.exp();
        assert!((factor - 2_f64.powf(0.25)).abs() < 1e-9, "{factor}");
        assert!((0.001..0.01).contains(&found.error), "{}", found.error);
        let same = shift(&before, &before);
        assert!(same.log.abs() < 1e-12, "{}", same.log);
    }
}
