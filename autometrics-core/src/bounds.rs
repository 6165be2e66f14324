//! The upper bounds of the latency buckets, and finding the bucket of a latency.

/// Ascending bounds in one unit, with an index by magnitude.
///
/// A latency belongs to the first bucket whose bound is not below it, as the
/// label `le` ("less or equal") says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    limits: Box<[u64]>,
    /// By the number of leading zeros of a latency: the first bucket that may
    /// be its own. One or two comparisons find the rest of the way.
    first: [u16; 65],
}

impl Bounds {
    /// `limits` must ascend.
    pub(crate) fn new(limits: &[u64]) -> Self {
        let limits: Box<[u64]> = limits.into();
        let first = std::array::from_fn(|zeros| {
            // The smallest value with so many leading zeros; 64 of them is zero.
            let smallest = if zeros == 64 { 0 } else { 1 << (63 - zeros) };
            let below = limits.partition_point(|&limit| limit < smallest);
            u16::try_from(below).unwrap_or(u16::MAX)
        });
        Self { limits, first }
    }

    /// The bucket of `latency`: an index into the bounds, or their number.
    #[inline]
    pub(crate) fn bucket(&self, latency: u64) -> u16 {
        let mut bucket = self.first[latency.leading_zeros() as usize];
        while self
            .limits
            .get(usize::from(bucket))
            .is_some_and(|&limit| latency > limit)
        {
            bucket += 1;
        }
        bucket
    }

    /// The same bounds in a unit of which `factor` make one of this.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounds are days at most, far below 2^53 of any unit"
    )]
    pub(crate) fn scaled(&self, factor: f64) -> Self {
        let limits: Vec<u64> = self
            .limits
            .iter()
            .map(|&limit| (limit as f64 * factor) as u64)
            .collect();
        Self::new(&limits)
    }

    pub(crate) fn limits(&self) -> &[u64] {
        &self.limits
    }

    /// How many buckets there are: one more than bounds.
    pub(crate) fn buckets(&self) -> usize {
        self.limits.len() + 1
    }
}

#[cfg(test)]
mod tests {
    use super::Bounds;

    /// The definition, without the index.
    fn search(limits: &[u64], latency: u64) -> usize {
        limits.partition_point(|&limit| limit < latency)
    }

    #[test]
    fn agrees_with_a_search_around_every_bound_and_power_of_two() {
        let sets: [&[u64]; 5] = [
            &[],
            &[1],
            &[5_000_000, 10_000_000, 25_000_000, 10_000_000_000],
            &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17],
            &[u64::MAX - 1, u64::MAX],
        ];
        for limits in sets {
            let bounds = Bounds::new(limits);
            let powers = (0..64).map(|shift| 1_u64 << shift);
            for near in limits.iter().copied().chain(powers).chain([0, u64::MAX]) {
                for latency in [near.saturating_sub(1), near, near.saturating_add(1)] {
                    assert_eq!(
                        usize::from(bounds.bucket(latency)),
                        search(limits, latency),
                        "latency {latency} among {limits:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_latency_equal_to_a_bound_belongs_to_it() {
        let bounds = Bounds::new(&[100, 200]);
        assert_eq!(
            [99, 100, 101, 200, 201].map(|latency| bounds.bucket(latency)),
            [0, 0, 1, 1, 2]
        );
    }
}
