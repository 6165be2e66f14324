//! Counts in buckets that are the same in every program.

use crate::buckets::fine;

/// Counts of calls in fine buckets, which are the same in every program.
///
/// Bucket `i` contains the latencies above 2^((i - 1) / 8) seconds, up to and including 2^(i / 8)
/// seconds: eight buckets per octave, each 9 % wide. This is schema 3 of Prometheus' native
/// histograms and scale 3 of OpenTelemetry's exponential histograms, whose bucket numbers are one
/// lower. All latencies up to [`ZERO_THRESHOLD`](Self::ZERO_THRESHOLD) share one bucket without a
/// number.
///
/// ```
/// use autometrics::FineBuckets;
///
/// let mut latencies = FineBuckets::default();
/// latencies.add(0, 5);
/// latencies.add(1, 2);
/// latencies.add(9, 1);
/// let spans: Vec<_> = latencies.spans().map(|span| (span.first(), span.counts().collect())).collect();
/// assert_eq!(spans, [(0, vec![5, 2]), (9, vec![1])]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FineBuckets {
    zero: u64,
    /// Buckets with calls, ascending by number.
    buckets: Vec<(i16, u64)>,
    /// Number of calls, including those up to the threshold.
    count: u64,
}

/// Adjacent fine buckets, each with at least one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketSpan<'a>(&'a [(i16, u64)]);

impl<'a> BucketSpan<'a> {
    /// Returns the number of the first bucket.
    pub fn first(self) -> i16 {
        self.0[0].0
    }

    /// Returns the number of calls in each bucket of the span, ascending.
    pub fn counts(self) -> impl ExactSizeIterator<Item = u64> + use<'a> {
        self.0.iter().map(|(_, calls)| *calls)
    }
}

/// A quantile of latencies, and the bounds of its bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Quantile {
    /// Estimate in seconds.
    pub seconds: f64,
    /// Lower bound of the true latency (exclusive), in seconds; zero if the bucket has none.
    pub lower: f64,
    /// Upper bound of the true latency (inclusive), in seconds; infinite above the last bound.
    pub upper: f64,
}

impl FineBuckets {
    /// Resolution: base-2 logarithm of the number of buckets per octave. Prometheus calls it
    /// schema, OpenTelemetry scale.
    pub const SCHEMA: i8 = fine::SCHEMA;
    /// Upper bound of the latencies that share the zero bucket, in seconds: 2^-30, 0.93 ns.
    pub const ZERO_THRESHOLD: f64 = fine::ZERO_THRESHOLD;

    /// Returns the upper bound of a bucket, in seconds.
    ///
    /// ```
    /// # use autometrics::FineBuckets;
    /// assert_eq!(FineBuckets::upper(-8), 0.5);
    /// ```
    pub fn upper(bucket: i16) -> f64 {
        fine::upper(bucket)
    }

    /// Returns the number of the bucket of a latency in seconds; `None` up to
    /// [`ZERO_THRESHOLD`](Self::ZERO_THRESHOLD).
    ///
    /// ```
    /// # use autometrics::FineBuckets;
    /// assert_eq!(FineBuckets::bucket(0.5), Some(-8));
    /// assert_eq!(FineBuckets::bucket(0.51), Some(-7));
    /// ```
    pub fn bucket(seconds: f64) -> Option<i16> {
        fine::bucket(seconds)
    }

    /// Adds `calls` calls to a bucket. Counts saturate.
    pub fn add(&mut self, bucket: i16, calls: u64) {
        if calls == 0 {
            return;
        }
        self.count = self.count.saturating_add(calls);
        // Most calls append behind the last bucket.
        if self.buckets.last().is_none_or(|(last, _)| *last < bucket) {
            self.buckets.push((bucket, calls));
            return;
        }
        match self
            .buckets
            .binary_search_by_key(&bucket, |(number, _)| *number)
        {
            Ok(at) => self.buckets[at].1 = self.buckets[at].1.saturating_add(calls),
            Err(at) => self.buckets.insert(at, (bucket, calls)),
        }
    }

    /// Reserves memory for this number of additional buckets.
    fn reserve(&mut self, buckets: usize) {
        self.buckets.reserve_exact(buckets);
    }

    /// Adds calls to buckets in ascending order, none of them below the last bucket with calls. The
    /// same bucket may occur several times in a row.
    pub(super) fn extend(&mut self, called: &[(i16, u64)]) {
        self.reserve(called.len());
        for &(bucket, calls) in called {
            self.count = self.count.saturating_add(calls);
            match self.buckets.last_mut() {
                Some((last, sum)) if *last == bucket => *sum = sum.saturating_add(calls),
                _ => self.buckets.push((bucket, calls)),
            }
        }
    }

    /// Adds calls with latencies up to [`ZERO_THRESHOLD`](Self::ZERO_THRESHOLD).
    pub fn add_zero(&mut self, calls: u64) {
        self.zero = self.zero.saturating_add(calls);
        self.count = self.count.saturating_add(calls);
    }

    /// Adds the calls of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.zero = self.zero.saturating_add(other.zero);
        self.count = self.count.saturating_add(other.count);
        if self.buckets.is_empty() {
            self.buckets.clone_from(&other.buckets);
            return;
        }
        let mut at = 0;
        for (place, (bucket, calls)) in other.iter().enumerate() {
            // Both lists ascend.
            while self.buckets.get(at).is_some_and(|(mine, _)| *mine < bucket) {
                at += 1;
            }
            match self.buckets.get_mut(at) {
                Some((mine, sum)) if *mine == bucket => *sum = sum.saturating_add(calls),
                None => {
                    self.buckets.extend_from_slice(&other.buckets[place..]);
                    return;
                }
                Some(_) => self.buckets.insert(at, (bucket, calls)),
            }
        }
    }

    /// Returns the sum of all.
    pub(super) fn sum(all: &[&Self]) -> Self {
        let mut sum = Self::default();
        let ends = |it: &&Self| Some([it.buckets.first()?.0, it.buckets.last()?.0]);
        let ends = all.iter().filter_map(ends);
        let ends = ends.reduce(|one, other| [one[0].min(other[0]), one[1].max(other[1])]);
        let Some([first, last]) = ends else {
            for one in all {
                sum.add_zero(one.zero);
            }
            return sum;
        };
        let place = |bucket: i16| usize::try_from(i32::from(bucket) - i32::from(first));
        let mut counts = vec![0_u64; place(last).unwrap_or(0) + 1];
        for one in all {
            sum.add_zero(one.zero);
            for (bucket, calls) in one.iter() {
                let count = place(bucket).ok().and_then(|place| counts.get_mut(place));
                if let Some(count) = count {
                    *count = count.saturating_add(calls);
                }
            }
        }
        sum.reserve(counts.iter().filter(|calls| **calls > 0).count());
        for (bucket, calls) in (first..=last).zip(counts) {
            sum.add(bucket, calls);
        }
        sum
    }

    /// Returns the calls that `base`, earlier counts of the same calls, does not contain.
    #[must_use]
    pub fn since(&self, base: &Self) -> Self {
        let mut since = Self::default();
        since.add_zero(self.zero.saturating_sub(base.zero));
        let mut before = base.iter().peekable();
        for (bucket, calls) in self.iter() {
            while before.next_if(|(other, _)| *other < bucket).is_some() {}
            let before = before.next_if(|(other, _)| *other == bucket);
            since.add(
                bucket,
                calls.saturating_sub(before.map_or(0, |(_, calls)| calls)),
            );
        }
        since
    }

    /// Returns the number of calls with latencies up to [`ZERO_THRESHOLD`](Self::ZERO_THRESHOLD).
    pub fn zero(&self) -> u64 {
        self.zero
    }

    /// Returns the number of calls, including those up to the threshold.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Returns number and calls of each bucket with calls, ascending.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (i16, u64)> + '_ {
        self.buckets.iter().copied()
    }

    /// Returns the buckets with calls as spans of adjacent buckets, ascending.
    pub fn spans(&self) -> impl Iterator<Item = BucketSpan<'_>> {
        let is_next = |one: &(i16, u64), other: &(i16, u64)| one.0 + 1 == other.0;
        self.buckets.chunk_by(is_next).map(BucketSpan)
    }

    /// Returns the `q`-quantile of the latencies (`q` from 0 to 1), with an error of at most 4.43
    /// %; `None` without calls. See [`Histogram::quantile`](crate::Histogram::quantile).
    pub fn quantile(&self, q: f64) -> Option<Quantile> {
        self.at(rank(q, self.count())?)
    }

    /// Returns the latency of the call with this rank, which starts at 1.
    pub(super) fn at(&self, rank: u64) -> Option<Quantile> {
        let mut below = self.zero;
        if below >= rank {
            return Some(Quantile {
                seconds: Self::ZERO_THRESHOLD / 2.0,
                lower: 0.0,
                upper: Self::ZERO_THRESHOLD,
            });
        }
        for (bucket, calls) in self.iter() {
            below = below.saturating_add(calls);
            if below >= rank {
                let [lower, upper] = [bucket.saturating_sub(1), bucket].map(fine::upper);
                return Some(Quantile {
                    seconds: (lower * upper).sqrt(),
                    lower,
                    upper,
                });
            }
        }
        None
    }
}

/// Returns the rank of the `q`-quantile among `count` calls, starting at 1; `None` without calls.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts below 2^53 are exact, and a share of them is not larger"
)]
pub(super) fn rank(q: f64, count: u64) -> Option<u64> {
    if count == 0 {
        return None;
    }
    let rank = (q.clamp(0.0, 1.0) * count as f64).ceil() as u64;
    Some(rank.clamp(1, count))
}

pub(super) fn total(counts: &[u64]) -> u64 {
    counts
        .iter()
        .fold(0, |sum, &calls| sum.saturating_add(calls))
}
