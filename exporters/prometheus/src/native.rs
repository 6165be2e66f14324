//! Converts fine buckets to the buckets of a native histogram.

use autometrics_core::FineBuckets;

/// Buckets of a native histogram, all of them positive.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct NativeBuckets {
    /// Number of calls up to [`FineBuckets::ZERO_THRESHOLD`].
    pub(crate) zero_count: u64,
    /// Spans of consecutive buckets: the number of buckets skipped before the span, and its length.
    /// For the first span, the number of its first bucket and its length.
    pub(crate) spans: Vec<(i32, u32)>,
    /// Number of calls in each bucket, minus the number in the bucket before.
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
    fn no_calls_give_no_buckets() {
        let native = NativeBuckets::of(&FineBuckets::default());
        assert_eq!(native, NativeBuckets::default());
    }

    #[test]
    fn spans_and_deltas_are_relative_to_the_bucket_before() {
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
    fn counts_are_capped_at_the_largest_of_the_format() {
        let mut fine = FineBuckets::default();
        fine.add(i16::MIN, u64::MAX);
        fine.add(i16::MAX, 1);
        let native = NativeBuckets::of(&fine);
        assert_eq!(native.spans, [(-32_768, 1), (65_534, 1)]);
        assert_eq!(native.deltas, [i64::MAX, 1 - i64::MAX]);
    }
}
