//! Converts fine buckets to the buckets of an exponential histogram.

use autometrics_core::FineBuckets;

use crate::proto::{ExponentialBuckets, ExponentialPoint};

/// Upper limit for the number of buckets of a data point.
///
/// 160 is the default of every SDK by the [specification]. The Collector's processor that makes
/// deltas cumulative keeps no more, some stores refuse more (Google's takes 200), and every store
/// of exponential histograms takes 160.
///
/// [specification]: https://opentelemetry.io/docs/specs/otel/metrics/sdk/#base2-exponential-bucket-histogram-aggregation
pub(crate) const MAX_BUCKETS: i32 = 160;

/// Consecutive buckets at one scale, empty ones between them included.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dense {
    pub(crate) scale: i32,
    pub(crate) buckets: ExponentialBuckets,
}

impl Dense {
    /// Converts `fine` to the finest scale at which its buckets with calls span at most
    /// [`MAX_BUCKETS`].
    pub(crate) fn of(fine: &FineBuckets) -> Self {
        // OTLP numbers a bucket by its lower bound, one lower than `FineBuckets`.
        let calls: Vec<_> = fine
            .iter()
            .map(|(bucket, calls)| (i32::from(bucket) - 1, calls))
            .collect();
        Self::fitting(i32::from(FineBuckets::SCHEMA), &calls)
    }

    /// Reads the buckets of `point`, without empty ones at either end.
    pub(crate) fn of_point(point: &ExponentialPoint) -> Self {
        let calls: Vec<_> = point.positive.iter().flat_map(numbered).collect();
        Self::fitting(point.scale, &calls)
    }

    /// Adds the calls of `other`, at the coarser of both scales or, to stay within [`MAX_BUCKETS`],
    /// a coarser one.
    pub(crate) fn add(&mut self, other: &Self) {
        let scale = self.scale.min(other.scale);
        let mut all = Vec::new();
        for one in [&*self, other] {
            let coarser = one.scale - scale;
            let calls = numbered(&one.buckets);
            all.extend(calls.map(|(bucket, calls)| (bucket >> coarser, calls)));
        }
        *self = Self::fitting(scale, &all);
    }

    /// Merges pairs of buckets until at most [`MAX_BUCKETS`] remain. Each step halves the number of
    /// buckets per octave: buckets 2n and 2n + 1 become bucket n.
    fn fitting(mut scale: i32, calls: &[(i32, u64)]) -> Self {
        let with_calls = calls.iter().filter(|(_, calls)| *calls > 0);
        let numbers = with_calls.map(|(bucket, _)| *bucket);
        let (Some(mut first), Some(mut last)) = (numbers.clone().min(), numbers.max()) else {
            return Self {
                scale,
                buckets: ExponentialBuckets::default(),
            };
        };
        let mut steps = 0;
        while last - first >= MAX_BUCKETS {
            // A right shift rounds down for negative numbers too.
            (first, last) = (first >> 1, last >> 1);
            (scale, steps) = (scale - 1, steps + 1);
        }
        let mut counts = vec![0_u64; usize::try_from(last - first + 1).unwrap_or_default()];
        for &(bucket, calls) in calls {
            let place = usize::try_from((bucket >> steps) - first);
            if let Some(count) = place.ok().and_then(|place| counts.get_mut(place)) {
                *count = count.saturating_add(calls);
            }
        }
        Self {
            scale,
            buckets: ExponentialBuckets {
                offset: first,
                counts,
            },
        }
    }
}

/// Pairs each bucket's count with its number.
fn numbered(buckets: &ExponentialBuckets) -> impl Iterator<Item = (i32, u64)> + '_ {
    (buckets.offset..).zip(buckets.counts.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::{Dense, MAX_BUCKETS};
    use autometrics_core::FineBuckets;

    fn fine(buckets: impl IntoIterator<Item = (i16, u64)>) -> FineBuckets {
        let mut fine = FineBuckets::default();
        for (bucket, calls) in buckets {
            fine.add(bucket, calls);
        }
        fine
    }

    /// Returns the number of calls in buckets above `bound`, which must be a bucket boundary.
    fn above(dense: &Dense, bound: f64) -> u64 {
        let numbered = (dense.buckets.offset..).zip(&dense.buckets.counts);
        let above = numbered.filter(|(bucket, _)| {
            let lower = f64::from(*bucket) / f64::from(dense.scale).exp2();
            lower.exp2() >= bound * (1.0 - 1e-9)
        });
        above.map(|(_, calls)| calls).sum()
    }

    #[test]
    fn without_calls_there_are_no_buckets_at_the_finest_scale() {
        let dense = Dense::of(&FineBuckets::default());
        assert_eq!((dense.scale, dense.buckets.counts.len()), (3, 0));
    }

    #[test]
    fn bucket_numbers_are_one_lower_than_in_prometheus() {
        // Upper bound of one second: bucket 0 in Prometheus, and -1 in OTLP, with upper bound 2^0.
        let dense = Dense::of(&fine([(0, 5), (2, 1)]));
        assert_eq!(dense.buckets.offset, -1);
        assert_eq!(dense.buckets.counts, [5, 0, 1]);
    }

    #[test]
    fn up_to_160_buckets_keep_the_finest_scale() {
        let last = i16::try_from(MAX_BUCKETS).unwrap() - 1;
        let dense = Dense::of(&fine([(0, 1), (last, 1)]));
        assert_eq!((dense.scale, dense.buckets.counts.len()), (3, 160));
        let dense = Dense::of(&fine([(0, 1), (last + 1, 1)]));
        assert_eq!((dense.scale, dense.buckets.counts.len()), (2, 81));
    }

    #[test]
    fn any_range_fits_in_160_buckets_without_losing_calls() {
        for (first, last) in [
            (-239, 95),
            (-100, 101),
            (-1, 500),
            (i16::MIN, i16::MAX),
            (7, 7),
        ] {
            let fine = fine((first..=last).step_by(7).map(|bucket| (bucket, 3)));
            let dense = Dense::of(&fine);
            let buckets = i32::try_from(dense.buckets.counts.len()).unwrap();
            assert!(buckets <= MAX_BUCKETS, "{first}..={last}: {buckets}");
            let is_coarser_than_needed = dense.scale < 3 && buckets * 2 < MAX_BUCKETS - 1;
            assert!(!is_coarser_than_needed, "{first}..={last}: {buckets}");
            assert_eq!(dense.buckets.counts.iter().sum::<u64>(), fine.count());
        }
    }

    #[test]
    fn merging_keeps_the_counts_above_octave_bounds() {
        // Latencies from some 30 ns to an hour.
        let fine =
            fine((-200_i16..=95).map(|bucket| (bucket, u64::from(bucket.unsigned_abs()) + 1)));
        let dense = Dense::of(&fine);
        assert_eq!(dense.scale, 2);
        for octave in -24..12 {
            let bound = f64::from(octave).exp2();
            let calls = fine
                .iter()
                .filter(|(bucket, _)| i32::from(*bucket) > octave * 8);
            let expected: u64 = calls.map(|(_, calls)| calls).sum();
            assert_eq!(above(&dense, bound), expected, "above 2^{octave} s");
        }
    }

    #[test]
    fn no_positive_bucket_overlaps_the_zero_bucket() {
        let lowest = FineBuckets::bucket(FineBuckets::ZERO_THRESHOLD.next_up()).unwrap();
        for last in [lowest, 0, 95, 400] {
            let dense = Dense::of(&fine([(lowest, 1), (last, 1)]));
            let lower = f64::from(dense.buckets.offset) / f64::from(dense.scale).exp2();
            assert!(lower.exp2() >= FineBuckets::ZERO_THRESHOLD, "up to {last}");
        }
    }

    #[test]
    fn adding_parts_equals_converting_their_sum() {
        let parts = [
            fine([(-8, 3), (-7, 1)]),
            fine([(-230, 2), (-8, 1)]),
            fine([(90, 4)]),
            FineBuckets::default(),
        ];
        let (mut sum, mut all) = (Dense::of(&parts[0]), parts[0].clone());
        for part in &parts[1..] {
            sum.add(&Dense::of(part));
            all.merge(part);
        }
        assert_eq!(sum, Dense::of(&all));
        assert_eq!(sum.scale, 1);
    }
}
