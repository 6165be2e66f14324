//! Heatmap of calls by time and latency.

use autometrics_context::text::rounded;
use autometrics_core::FineBuckets;
use serde::Serialize;

use super::figures::Quantiles;

/// Possible numbers of rows per octave. The largest with which all calls fit in [`MOST_ROWS`] is
/// used.
const ROWS_PER_OCTAVE: [i16; 3] = [4, 2, 1];
/// Maximum number of rows that can be distinguished.
const MOST_ROWS: i16 = 28;
const BUCKETS_PER_OCTAVE: i16 = 1 << FineBuckets::SCHEMA;

/// Calls by time and latency. All rows have the same height on a logarithmic scale, except a first
/// row that begins at 0. The percentiles are those of all these calls.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Heatmap {
    /// The ends of the columns in Unix seconds, oldest first.
    times: Vec<f64>,
    /// Length of a column, in seconds.
    step_seconds: f64,
    /// Number of rows between a latency and its double; lower for a wider range of latencies.
    #[cfg_attr(test, schemars(range(min = 1, max = 4)))]
    rows_per_octave: i16,
    /// Bounds of the rows in seconds, ascending, one more than there are rows: a row has the
    /// latencies above its lower bound, up to and including its upper bound. Empty without calls.
    bounds_seconds: Vec<f64>,
    /// Calls per column and row.
    calls: Vec<Vec<u64>>,
    #[serde(flatten)]
    quantiles: Quantiles,
}

impl Heatmap {
    /// Creates a heatmap whose columns end at `times`. Each column covers `step` seconds.
    pub(super) fn new(times: Vec<f64>, step: f64, columns: &[FineBuckets]) -> Self {
        let rows = Rows::of(columns);
        let mut all = FineBuckets::default();
        for column in columns {
            all.merge(column);
        }
        Self {
            times,
            step_seconds: step,
            rows_per_octave: rows.per_octave,
            bounds_seconds: rows.bounds(),
            calls: columns.iter().map(|column| rows.calls(column)).collect(),
            quantiles: Quantiles::of(&all),
        }
    }
}

/// Rows that contain all calls.
struct Rows {
    per_octave: i16,
    /// Numbers of the lowest and the highest row. Row 0 begins at one second.
    ends: Option<(i16, i16)>,
    /// `true` if there is a row below for the zero bucket.
    zero: bool,
}

impl Rows {
    fn of(columns: &[FineBuckets]) -> Self {
        let lowest = columns.iter().filter_map(|column| column.iter().next());
        let highest = columns
            .iter()
            .filter_map(|column| column.iter().next_back());
        let lowest = lowest.map(|(bucket, _)| bucket).min();
        let highest = highest.map(|(bucket, _)| bucket).max();
        let ends_with =
            |per_octave: i16| Some((row(lowest?, per_octave), row(highest?, per_octave)));
        let fits = |per_octave: &i16| {
            ends_with(*per_octave).is_none_or(|(from, to)| to - from < MOST_ROWS)
        };
        let per_octave = ROWS_PER_OCTAVE.into_iter().find(fits).unwrap_or(1);
        Self {
            per_octave,
            ends: ends_with(per_octave),
            zero: columns.iter().any(|column| column.zero() > 0),
        }
    }

    /// Returns the bounds of the rows in seconds, beginning with the lower bound of the lowest row.
    fn bounds(&self) -> Vec<f64> {
        let upper = |row: i16| {
            let bucket = (row + 1) * (BUCKETS_PER_OCTAVE / self.per_octave);
            rounded(FineBuckets::upper(bucket))
        };
        let zero = self.zero.then_some(0.0);
        let rows = match self.ends {
            Some((from, to)) => (from - 1..=to).map(upper).collect(),
            None if self.zero => vec![rounded(FineBuckets::ZERO_THRESHOLD)],
            None => Vec::new(),
        };
        zero.into_iter().chain(rows).collect()
    }

    fn calls(&self, column: &FineBuckets) -> Vec<u64> {
        let zero = self.zero.then_some(column.zero());
        let (from, to) = self.ends.unwrap_or((0, -1));
        let mut calls = vec![0_u64; (from..=to).count()];
        for (bucket, count) in column.iter() {
            let at = usize::from((row(bucket, self.per_octave) - from).unsigned_abs());
            calls[at] = calls[at].saturating_add(count);
        }
        zero.into_iter().chain(calls).collect()
    }
}

/// Returns the row of a bucket.
fn row(bucket: i16, per_octave: i16) -> i16 {
    (bucket - 1).div_euclid(BUCKETS_PER_OCTAVE / per_octave)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use autometrics_core::{FineBuckets, Histogram};

    use super::Heatmap;

    fn latencies(nanos: &[u64]) -> FineBuckets {
        let all = nanos.iter().copied().map(Duration::from_nanos);
        Histogram::of(all, &[])
            .fine_buckets()
            .cloned()
            .unwrap_or_default()
    }

    fn heatmap(columns: &[FineBuckets]) -> Heatmap {
        let times = (0_u8..).zip(columns).map(|(at, _)| f64::from(at)).collect();
        Heatmap::new(times, 1.0, columns)
    }

    #[test]
    fn rows_are_a_quarter_of_an_octave_for_close_latencies() {
        let map = heatmap(&[
            latencies(&[2_000, 2_050, 2_300]),
            latencies(&[2_050, 3_100]),
        ]);
        assert_eq!(map.rows_per_octave, 4);
        let bounds = [1.907e-6, 2.268e-6, 2.697e-6, 3.208e-6];
        assert_eq!(map.bounds_seconds, bounds);
        assert_eq!(map.calls, [[2, 1, 0], [1, 0, 1]]);
        assert_eq!(map.quantiles.p50_seconds, Some(1.992e-6));
    }

    #[test]
    fn rows_grow_with_the_range_of_latencies() {
        let rows = [
            [1_000, 100_000],
            [1_000, 10_000_000],
            [100, 200_000_000_000],
        ]
        .map(|nanos| {
            let map = heatmap(&[latencies(&nanos)]);
            assert_eq!(
                map.bounds_seconds.len(),
                map.calls[0].len() + 1,
                "{nanos:?}"
            );
            (map.rows_per_octave, map.calls[0].len())
        });
        assert_eq!(rows, [(4, 27), (2, 27), (1, 32)]);
    }

    #[test]
    fn every_call_is_between_the_bounds_of_its_row() {
        let nanos = [3, 70, 800, 65_536, 1_000_000, 7_000_000_000];
        let map = heatmap(&nanos.map(|nanos| latencies(&[nanos])));
        for (nanos, calls) in (0..nanos.len()).map(|at| nanos[at]).zip(&map.calls) {
            let row = calls.iter().position(|calls| *calls == 1).unwrap();
            let seconds = Duration::from_nanos(nanos).as_secs_f64();
            let (lower, upper) = (map.bounds_seconds[row], map.bounds_seconds[row + 1]);
            assert!(
                lower * 0.999 < seconds && seconds <= upper * 1.001,
                "{nanos}"
            );
        }
    }

    #[test]
    fn zero_bucket_has_a_row() {
        let map = heatmap(&[latencies(&[0, 0, 2_000])]);
        assert_eq!(map.bounds_seconds, [0.0, 1.907e-6, 2.268e-6]);
        assert_eq!(map.calls, [[2, 1]]);
        let map = heatmap(&[latencies(&[0])]);
        assert_eq!(map.bounds_seconds, [0.0, 9.313e-10]);
        assert_eq!(map.calls, [[1]]);
        assert!(heatmap(&[latencies(&[])]).bounds_seconds.is_empty());
    }
}
