//! Variance of latencies between slices of time, beyond that of independent calls.

use super::cells::Cells;

/// Minimum number of calls of a slice, and of slices.
const FEWEST: (f64, u32) = (10.0, 3);

/// Returns the factor by which the variance of the mean position between slices exceeds that of
/// independent calls, at least 1: F of a one-way analysis of variance, the design effect of Kish
/// (1965). `None` if a side has fewer than three slices with ten calls.
pub(super) fn dispersion(before: &[Cells], after: &[Cells]) -> Option<f64> {
    let (a, b) = (variances(before)?, variances(after)?);
    let between = (a.between + b.between) / (a.freedom + b.freedom);
    let within = f64::midpoint(a.within, b.within);
    if within <= 0.0 {
        return Some(1.0);
    }
    Some((between / within).max(1.0))
}

struct Variances {
    between: f64,
    freedom: f64,
    within: f64,
}

fn variances(slices: &[Cells]) -> Option<Variances> {
    let (fewest_calls, fewest_slices) = FEWEST;
    let slices = slices.iter().filter(|slice| slice.count() >= fewest_calls);
    let slices: Vec<_> = slices.map(|slice| (slice, slice.count())).collect();
    let count = u32::try_from(slices.len()).unwrap_or(u32::MAX);
    if count < fewest_slices {
        return None;
    }
    let sum = |cells: &Cells, of: &dyn Fn(f64) -> f64| -> f64 {
        cells
            .iter()
            .map(|(at, calls)| calls * of(f64::from(at)))
            .sum()
    };
    let means: Vec<_> = slices
        .iter()
        .map(|(cells, calls)| sum(cells, &|at| at) / calls)
        .collect();
    let all: f64 = slices.iter().map(|(_, calls)| calls).sum();
    let both = || slices.iter().zip(&means);
    let mean = both().map(|((_, calls), mean)| calls * mean).sum::<f64>() / all;
    let between = both().map(|((_, calls), of)| calls * (of - mean) * (of - mean));
    let within = both().map(|((cells, _), mean)| sum(cells, &|at| (at - mean) * (at - mean)));
    let count = f64::from(count);
    Some(Variances {
        between: between.sum(),
        freedom: count - 1.0,
        within: within.sum::<f64>() / (all - count),
    })
}

#[cfg(test)]
mod tests {
    use super::dispersion;
    use crate::{
        calls::{Bucket, Distribution},
        compare::cells::Cells,
    };

    /// Calls in three neighbouring cells; the first has the number `first`.
    fn slice(first: i32, calls: [f64; 3]) -> Cells {
        let bound = |n: i32| 2_f64.powf(f64::from(n) / 8.0);
        let buckets = (first..).zip(calls).map(|(at, calls)| Bucket {
            lower: bound(at - 1),
            upper: bound(at),
            calls,
        });
        Cells::new(&Distribution::new(buckets))
    }

    /// The F that `scipy.stats.f_oneway` has for the cells of one side: 3 slices of 20 calls whose
    /// means are 1, 2 and 3 cells apart.
    #[test]
    fn factor_is_the_f_of_an_analysis_of_variance() {
        let side = [1, 2, 3].map(|first| slice(first, [5.0, 10.0, 5.0]));
        let f = dispersion(&side, &side).unwrap();
        // Between: 20·(1 + 0 + 1)/2 = 20. Within: 3·10/57.
        assert!((f - 20.0 / (30.0 / 57.0)).abs() < 1e-9, "{f}");
        let calm = [1, 1, 1].map(|first| slice(first, [5.0, 10.0, 5.0]));
        assert_eq!(dispersion(&calm, &calm), Some(1.0));
        assert_eq!(dispersion(&side[..2], &side), None);
    }
}
