//! Fine buckets as those of a native histogram.

use autometrics_core::FineBuckets;

/// The buckets of a native histogram, all of which are positive.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct NativeBuckets {
    /// The number of calls up to [`FineBuckets::ZERO_THRESHOLD`].
    pub(crate) zero_count: u64,
    /// Buckets side by side: how many are skipped before the first of them, and how many they
    /// are. Before the first span, the number of its first bucket.
    pub(crate) spans: Vec<(i32, u32)>,
    /// The number of calls in each bucket, less that in the one before.
    pub(crate) deltas: Vec<i64>,
}

impl NativeBuckets {
    pub(crate) fn of(fine: &FineBuckets) -> Self {
        let mut native = Self {
            zero_count: fine.zero(),
            ..Self::default()
        };
        let (mut end, mut before) = (0, 0);
        for span in fine.spans() {
            let first = i32::from(span.first());
            let len = u32::try_from(span.counts().len()).unwrap_or(u32::MAX);
            native.spans.push((first - end, len));
            end = first.saturating_add_unsigned(len);
            for calls in span.counts() {
                let calls = i64::try_from(calls).unwrap_or(i64::MAX);
                native.deltas.push(calls - before);
                before = calls;
            }
        }
        native
    }
}

#[cfg(test)]
mod tests {
    use autometrics_core::FineBuckets;

    use super::NativeBuckets;

    #[test]
    fn nothing_recorded() {
        let native = NativeBuckets::of(&FineBuckets::default());
        assert_eq!(native, NativeBuckets::default());
    }

    #[test]
    fn spans_and_deltas_go_from_bucket_to_bucket() {
        let mut fine = FineBuckets::default();
        fine.add_zero(4);
        for (bucket, calls) in [(-160, 3), (-159, 1), (-8, 5), (0, 5), (1, 7)] {
            fine.add(bucket, calls);
        }
        let native = NativeBuckets::of(&fine);
        assert_eq!(native.zero_count, 4);
        assert_eq!(native.spans, [(-160, 2), (150, 1), (7, 2)]);
        assert_eq!(native.deltas, [3, -2, 4, 0, 2]);
    }

    #[test]
    fn counts_beyond_what_the_format_has_are_the_most_it_has() {
        let mut fine = FineBuckets::default();
        fine.add(i16::MIN, u64::MAX);
        fine.add(i16::MAX, 1);
        let native = NativeBuckets::of(&fine);
        assert_eq!(native.spans, [(-32_768, 1), (65_534, 1)]);
        assert_eq!(native.deltas, [i64::MAX, 1 - i64::MAX]);
    }
}
