//! Latencies on a logarithmic grid, the common measure of two distributions.

use std::{collections::BTreeMap, f64::consts::LN_2};

use crate::calls::{Bucket, Distribution};

/// Cells per doubling of the latency, as many as a native histogram of scale 3 has buckets.
const PER_OCTAVE: f64 = 8.0;
/// Width of a cell, as the logarithm of the ratio of its bounds: 9.05 %.
pub(super) const WIDTH: f64 = LN_2 / PER_OCTAVE;
/// Minimum share of calls in wide buckets from which quantiles depend on the spread within them.
const COARSE: f64 = 0.1;

/// Numbers of calls in cells of equal width on a logarithmic axis, without empty cells.
///
/// Cell *i* has the latencies above 2^((i − 1)/8) seconds, and up to 2^(i/8).
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cells {
    cells: BTreeMap<i32, f64>,
    /// Number of calls in buckets that are wider than a cell.
    wide: f64,
}

impl Cells {
    /// Distributes the calls of buckets to cells. Those of wider buckets, of classic histograms,
    /// are spread evenly over their cells.
    pub(super) fn new(latencies: &Distribution) -> Self {
        let mut all = Self::default();
        for bucket in latencies.buckets() {
            all.add(*bucket);
        }
        all
    }

    fn add(&mut self, bucket: Bucket) {
        let is_bounded = bucket.lower > 0.0 && bucket.upper.is_finite();
        if !is_bounded {
            self.wide += bucket.calls;
            *self.cells.entry(cell(bucket.middle())).or_default() += bucket.calls;
            return;
        }
        let (lower, upper) = (axis(bucket.lower), axis(bucket.upper));
        if upper - lower < 1.01 {
            *self.cells.entry(cell(bucket.middle())).or_default() += bucket.calls;
            return;
        }
        self.wide += bucket.calls;
        let (first, last) = (cell(bucket.lower * 1.000_001), cell(bucket.upper));
        for at in first..=last {
            let end = f64::from(at);
            let part = (upper.min(end) - lower.max(end - 1.0)).max(0.0) / (upper - lower);
            *self.cells.entry(at).or_default() += part * bucket.calls;
        }
    }

    /// Returns the cells with their numbers of calls, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = (i32, f64)> + Clone {
        self.cells
            .iter()
            .map(|(&at, &calls)| (at, calls))
            .filter(|(_, calls)| *calls > 0.0)
    }

    pub(super) fn count(&self) -> f64 {
        self.cells.values().sum()
    }

    /// Returns `true` if the position of many calls within their bucket is unknown.
    pub(super) fn is_coarse(&self) -> bool {
        self.wide > COARSE * self.count()
    }

    /// Returns `true` if fewer than three cells have 90 % of the calls.
    pub(super) fn is_narrow(&self) -> bool {
        let mut calls: Vec<_> = self.cells.values().copied().collect();
        calls.sort_by(|a, b| b.total_cmp(a));
        calls.iter().take(2).sum::<f64>() >= 0.9 * self.count()
    }

    /// Adds the calls of `other`, each `factor` times.
    pub(super) fn add_scaled(&mut self, other: &Self, factor: f64) {
        self.wide += other.wide * factor;
        for (at, calls) in &other.cells {
            *self.cells.entry(*at).or_default() += calls * factor;
        }
    }

    /// Multiplies all numbers of calls.
    pub(super) fn scale(&mut self, factor: f64) {
        self.wide *= factor;
        for calls in self.cells.values_mut() {
            *calls *= factor;
        }
    }
}

/// Returns the position of a latency on the axis, in cells.
fn axis(seconds: f64) -> f64 {
    seconds.log2() * PER_OCTAVE
}

fn cell(seconds: f64) -> i32 {
    // Bounds are powers of two with rounding errors; nothing else lies that close to a bound.
    let position = (axis(seconds.max(1e-12)) - 1e-6).ceil();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a logarithm, and the cast saturates"
    )]
    {
        position as i32
    }
}

#[cfg(test)]
mod tests {
    use super::Cells;
    use crate::calls::{Bucket, Distribution};

    fn cells(buckets: &[(f64, f64, f64)]) -> Cells {
        let buckets = buckets.iter().map(|&(lower, upper, calls)| Bucket {
            lower,
            upper,
            calls,
        });
        Cells::new(&Distribution::new(buckets))
    }

    #[test]
    fn buckets_of_scale_three_are_cells() {
        let bound = |n: i32| 2_f64.powf(f64::from(n) / 8.0);
        let cells = cells(&[(bound(-81), bound(-80), 3.0), (bound(0), bound(1), 2.0)]);
        assert_eq!(cells.iter().collect::<Vec<_>>(), [(-80, 3.0), (1, 2.0)]);
        assert!(!cells.is_coarse());
        assert!(cells.is_narrow());
    }

    #[test]
    fn wide_buckets_are_spread_evenly() {
        let cells = cells(&[(1.0, 2.0, 8.0), (0.0, 0.5, 1.0), (4.0, f64::INFINITY, 1.0)]);
        let spread: Vec<_> = cells
            .iter()
            .map(|(at, calls)| (at, (calls * 1000.0).round() / 1000.0))
            .collect();
        let octave = (1..=8).map(|at| (at, 1.0));
        let expected: Vec<_> = [(-16, 1.0)]
            .into_iter()
            .chain(octave)
            .chain([(16, 1.0)])
            .collect();
        assert_eq!(spread, expected);
        assert!(cells.is_coarse());
    }
}
