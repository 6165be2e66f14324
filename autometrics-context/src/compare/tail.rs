//! Quantiles in the tail of the latencies.

use super::cells::{Cells, WIDTH};

/// Returns the logarithm of the `q`-quantile of the latency in seconds, interpolated in its cell,
/// and its standard error (Woodruff 1952): a quarter of the distance between the quantiles two
/// binomial deviations below and above `q`.
///
/// There are calls.
pub(super) fn quantile(cells: &Cells, q: f64) -> (f64, f64) {
    let deviation = (q * (1.0 - q) / cells.count()).sqrt();
    let above = at(cells, (q + 2.0 * deviation).min(1.0 - 1e-9));
    let below = at(cells, (q - 2.0 * deviation).max(1e-9));
    (at(cells, q), (above - below) / 4.0)
}

fn at(cells: &Cells, q: f64) -> f64 {
    let all = cells.count();
    let mut below = 0.0;
    let mut last = 0.0;
    for (cell, calls) in cells.iter() {
        let share = calls / all;
        last = WIDTH * f64::from(cell);
        if below + share >= q {
            return WIDTH * (f64::from(cell) - 1.0 + (q - below) / share);
        }
        below += share;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::quantile;
    use crate::{
        calls::{Bucket, Distribution},
        compare::cells::Cells,
    };

    /// 800 calls, spread evenly on the logarithmic axis from 1 s to 2 s.
    #[test]
    fn quantile_and_its_error_are_those_of_the_even_distribution() {
        let bound = |n: u8| 2_f64.powf(f64::from(n) / 8.0);
        let buckets = (0..8).map(|n| Bucket {
            lower: bound(n),
            upper: bound(n + 1),
            calls: 100.0,
        });
        let (log, error) = quantile(&Cells::new(&Distribution::new(buckets)), 0.5);
        assert!((log.exp() - 2_f64.sqrt()).abs() < 1e-9, "{log}");
        // √(0.25 / 800) = 0.017678 of an axis of length ln 2.
        assert!((error - 0.017_677_67 * 2_f64.ln()).abs() < 1e-6, "{error}");
    }
}
