//! Latencies in fine buckets, as rows of a series.

use autometrics_core::{FineBuckets, Histogram};

use super::series::Row;

/// Range of buckets with an index of their own: from half a nanosecond to 36 hours. Latencies
/// outside of it count in the first or last bucket.
const LOWEST: i16 = -31 * 8 + 1;
const HIGHEST: i16 = 17 * 8;
/// Number of indexes: one for the zero bucket, then one for each bucket.
const PLACES: usize = 1 + (HIGHEST - LOWEST + 1).unsigned_abs() as usize;

/// Number of calls by index, ascending. Indexes without calls are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Latencies(Vec<Calls>);

/// Index and number of calls in eight bytes, because there are many of these and all are read every
/// second.
#[derive(Clone, Copy, PartialEq)]
struct Calls(u64);

/// Sums of latencies by index, optimised for adding many.
#[derive(Debug)]
pub(crate) struct Sums {
    calls: [u64; PLACES],
    /// One bit for each index that has calls.
    used: [u64; PLACES.div_ceil(64)],
}

impl Calls {
    const COUNT_BITS: u32 = 54;
    const MOST: u64 = (1 << Self::COUNT_BITS) - 1;

    fn new(place: u16, count: u64) -> Self {
        Self(u64::from(place) << Self::COUNT_BITS | count.min(Self::MOST))
    }

    fn place(self) -> u16 {
        // The ten bits above the count.
        (self.0 >> Self::COUNT_BITS) as u16
    }

    fn count(self) -> u64 {
        self.0 & Self::MOST
    }

    fn more(self, count: u64) -> Self {
        Self::new(self.place(), self.count().saturating_add(count))
    }
}

impl Latencies {
    /// Sets the counts to `now`, which are later counts of the same calls, and `row` to their rise.
    /// Leaves `now` empty.
    pub(super) fn rise_to(&mut self, now: &mut Sums, row: &mut Self) {
        row.0.clear();
        let mut at = 0;
        now.drain(|place, count| {
            let before = self.find(&mut at, place);
            let rise = count.saturating_sub(before.count());
            if rise > 0 {
                *before = before.more(rise);
                row.0.push(Calls::new(place, rise));
            }
        });
    }

    /// Returns the calls at index `place`, and moves `at` there. Calls must have ascending indexes.
    fn find(&mut self, at: &mut usize, place: u16) -> &mut Calls {
        while self.0.get(*at).is_some_and(|calls| calls.place() < place) {
            *at += 1;
        }
        if self.0.get(*at).is_none_or(|calls| calls.place() != place) {
            self.0.insert(*at, Calls::new(place, 0));
        }
        &mut self.0[*at]
    }

    /// Returns the number of buckets that have calls.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl std::fmt::Debug for Calls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place(), self.count())
    }
}

impl Row for Latencies {
    fn zeros() -> Self {
        Self::default()
    }

    fn clear(&mut self) {
        self.0.clear();
    }

    fn add(&mut self, later: &Self) {
        let mut at = 0;
        for calls in &later.0 {
            let sum = self.find(&mut at, calls.place());
            *sum = sum.more(calls.count());
        }
    }

    fn numbers(&self) -> impl Iterator<Item = (usize, u64)> {
        let calls = self.0.iter();
        calls.map(|calls| (calls.place().into(), calls.count()))
    }

    #[cfg(test)]
    fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<Calls>()
    }
}

impl Default for Sums {
    fn default() -> Self {
        Self {
            calls: [0; PLACES],
            used: [0; PLACES.div_ceil(64)],
        }
    }
}

impl Sums {
    /// Adds calls at an index of a row.
    pub(super) fn add(&mut self, place: usize, calls: u64) {
        if let Some(sum) = self.calls.get_mut(place) {
            *sum = sum.saturating_add(calls);
            self.used[place / 64] |= 1 << (place % 64);
        }
    }

    /// Adds the calls of `latency`. In a histogram without fine buckets, calls between two bounds
    /// count as if they took as long as the upper bound.
    pub(super) fn add_histogram(&mut self, latency: &Histogram, bounds: &[f64]) {
        if let Some(fine) = latency.fine_buckets() {
            self.add(0, fine.zero());
            fine.iter()
                .for_each(|(bucket, calls)| self.add(place(bucket).into(), calls));
            return;
        }
        for (at, &calls) in latency.buckets().iter().enumerate() {
            let bound = bounds.get(at).or(bounds.last());
            let bucket = bound.and_then(|&bound| FineBuckets::bucket(bound));
            self.add(bucket.map_or(0, place).into(), calls);
        }
    }

    /// Subtracts the calls of `earlier`.
    pub(super) fn subtract(&mut self, earlier: &Latencies) {
        for calls in &earlier.0 {
            if let Some(sum) = self.calls.get_mut(usize::from(calls.place())) {
                *sum = sum.saturating_sub(calls.count());
            }
        }
    }

    /// Calls `take` with the calls at each index, ascending, and removes them.
    fn drain(&mut self, mut take: impl FnMut(u16, u64)) {
        for (first, used) in (0_u16..).step_by(64).zip(&mut self.used) {
            while *used != 0 {
                let bit = u16::try_from(used.trailing_zeros()).unwrap_or_default();
                *used &= *used - 1;
                let place = first + bit;
                let calls = std::mem::take(&mut self.calls[usize::from(place)]);
                if calls > 0 {
                    take(place, calls);
                }
            }
        }
    }

    /// Returns the sums as buckets.
    pub(super) fn buckets(mut self) -> FineBuckets {
        let mut buckets = FineBuckets::default();
        self.drain(|place, calls| match place.checked_sub(1) {
            None => buckets.add_zero(calls),
            Some(above) => buckets.add(LOWEST.saturating_add_unsigned(above), calls),
        });
        buckets
    }
}

/// Returns the index of a bucket.
fn place(bucket: i16) -> u16 {
    1 + (bucket.clamp(LOWEST, HIGHEST) - LOWEST).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use autometrics_core::{FineBuckets, Histogram};

    use super::{LOWEST, Latencies, PLACES, Row as _, Sums};

    fn sums(histogram: &Histogram, bounds: &[f64]) -> Sums {
        let mut sums = Sums::default();
        sums.add_histogram(histogram, bounds);
        sums
    }

    /// Converts a histogram to a row and back.
    fn buckets(histogram: &Histogram, bounds: &[f64]) -> FineBuckets {
        let mut row = Latencies::default();
        Latencies::default().rise_to(&mut sums(histogram, bounds), &mut row);
        let mut sums = Sums::default();
        let numbers = row.numbers();
        numbers.for_each(|(place, calls)| sums.add(place, calls));
        sums.buckets()
    }

    #[test]
    fn every_distinct_bucket_has_an_index() {
        let lowest = FineBuckets::bucket(FineBuckets::ZERO_THRESHOLD.next_up()).unwrap();
        assert!(LOWEST <= lowest);
        let nanos = (0..64).map(|power| Duration::from_nanos(1 << power >> 1));
        let nanos = nanos.filter(|nanos| *nanos < Duration::from_secs(86_400));
        let histogram = Histogram::of(nanos, &[]);
        assert_eq!(Some(&buckets(&histogram, &[])), histogram.fine_buckets());
    }

    #[test]
    fn latencies_above_the_range_count_in_the_last_bucket() {
        let mut histogram = Histogram::default();
        for (seconds, calls) in [(1, 8), (1_000_000, 1), (2_000_000, 2), (u64::MAX, 4)] {
            histogram.record(Duration::from_secs(seconds), calls, &[]);
        }
        let last = FineBuckets::bucket(131_072.0).unwrap();
        let kept = buckets(&histogram, &[]);
        assert_eq!(kept.iter().collect::<Vec<_>>(), [(0, 8), (last, 7)]);
    }

    #[test]
    fn histogram_without_fine_buckets_counts_at_its_bounds() {
        let histogram = Histogram::new([3, 0, 1, 2], 9.0);
        let at_bounds = buckets(&histogram, &[0.5, 1.0, 2.0]);
        assert_eq!(at_bounds.iter().collect::<Vec<_>>(), [(-8, 3), (8, 3)]);
    }

    #[test]
    fn rise_equals_the_added_latencies() {
        let micros = |all: &[u64]| {
            let all = all.iter().copied().map(Duration::from_micros);
            sums(&Histogram::of(all, &[]), &[])
        };
        let (mut all, mut row) = (Latencies::default(), Latencies::default());
        all.rise_to(&mut micros(&[3, 5, 90]), &mut row);
        let mut now = micros(&[3, 5, 90, 0, 5, 40, 700]);
        all.rise_to(&mut now, &mut row);
        assert!(now.buckets().count() == 0, "all are taken");
        let mut rise = Latencies::default();
        rise.rise_to(&mut micros(&[0, 5, 40, 700]), &mut Latencies::default());
        assert_eq!(row, rise);
        assert_eq!(all.len(), 6);
        let mut later = micros(&[3, 5, 90, 0, 5, 40, 700, 3, 800]);
        later.subtract(&all);
        assert_eq!(later.buckets(), micros(&[3, 800]).buckets());
    }

    #[test]
    fn counts_are_capped_at_54_bits() {
        let mut all = Latencies::default();
        let mut row = Latencies::default();
        for calls in [1 << 53, (1 << 53) - 2, 1, u64::MAX] {
            let mut sums = Sums::default();
            sums.add(0, calls);
            sums.add(PLACES - 1, 1);
            Latencies::default().rise_to(&mut sums, &mut row);
            all.add(&row);
        }
        let numbers: Vec<_> = all.numbers().collect();
        assert_eq!(numbers, [(0, (1 << 54) - 1), (PLACES - 1, 4)]);
    }
}
