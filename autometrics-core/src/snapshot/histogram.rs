//! Latencies: exact counts below bounds, and fine counts for quantiles.

use std::time::Duration;

use crate::buckets::fine;

/// Latencies of calls, by bucket.
///
/// Two sets of buckets count the same calls: those between [`Snapshot::bounds`], exact for
/// whoever asks how many calls took at most so long, and [fine ones](FineBuckets), which tell
/// any quantile to 4.5 %. A histogram of [buckets alone](Self::new) has no fine ones.
///
/// ```
/// use std::time::Duration;
/// use autometrics_core::Histogram;
///
/// let micros = [2, 3, 3, 40].map(Duration::from_micros);
/// let latency = Histogram::of(micros, &[0.000_01, 0.1]);
/// assert_eq!(latency.count(), 4);
/// assert_eq!(latency.buckets(), [3, 1, 0]);
///
/// let median = latency.quantile(0.5, &[0.000_01, 0.1]).unwrap();
/// assert!(median.lower < 3e-6 && 3e-6 <= median.upper);
/// assert!((median.seconds / 3e-6 - 1.0).abs() < 0.045);
/// ```
///
/// [`Snapshot::bounds`]: crate::Snapshot::bounds
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    buckets: Vec<u64>,
    sum: f64,
    fine: FineBuckets,
}

/// Counts of calls in fine buckets, which are the same in every program.
///
/// Bucket `i` has the latencies above 2^((i - 1) / 8) seconds, up to 2^(i / 8) seconds and those
/// included: eight buckets per octave, each 9 % wide. That is schema 3 of Prometheus' native
/// histograms, and scale 3 of OpenTelemetry's exponential ones, whose numbers are
/// one lower. Latencies up to [`ZERO_THRESHOLD`](Self::ZERO_THRESHOLD) are counted together.
///
/// ```
/// use autometrics_core::FineBuckets;
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
    /// The buckets that have calls, ascending.
    buckets: Vec<(i16, u64)>,
}

/// Fine buckets side by side, each of which has calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span<'a>(&'a [(i16, u64)]);

impl<'a> Span<'a> {
    /// Returns the number of the first bucket.
    pub fn first(self) -> i16 {
        self.0[0].0
    }

    /// Returns the calls in the first bucket and in those that follow.
    pub fn counts(self) -> impl ExactSizeIterator<Item = u64> + use<'a> {
        self.0.iter().map(|(_, calls)| *calls)
    }
}

/// A quantile of latencies, and the bucket that it was found in.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Quantile {
    /// The estimate, in seconds.
    pub seconds: f64,
    /// The true latency is above this, in seconds, or zero.
    pub lower: f64,
    /// The true latency is this at most, in seconds; infinite above the last bound.
    pub upper: f64,
}

impl Histogram {
    /// Returns a histogram of calls per bucket, one for each of [`Snapshot::bounds`] and one
    /// above them, which took `sum` seconds together. It has no fine buckets.
    ///
    /// [`Snapshot::bounds`]: crate::Snapshot::bounds
    pub fn new(buckets: impl Into<Vec<u64>>, sum: f64) -> Self {
        Self {
            buckets: buckets.into(),
            sum,
            fine: FineBuckets::default(),
        }
    }

    /// Returns the histogram of `latencies`, with fine buckets, as the run time counts them.
    ///
    /// `bounds` are in seconds and ascend, as [`Snapshot::bounds`](crate::Snapshot::bounds).
    pub fn of(latencies: impl IntoIterator<Item = Duration>, bounds: &[f64]) -> Self {
        let mut histogram = Self::default();
        for latency in latencies {
            histogram.record(latency, 1, bounds);
        }
        histogram
    }

    /// Adds so many calls that took `latency` each.
    ///
    /// `bounds` are in seconds and ascend, as [`Snapshot::bounds`](crate::Snapshot::bounds), and are the
    /// same each time.
    pub fn record(&mut self, latency: Duration, calls: u64, bounds: &[f64]) {
        let seconds = latency.as_secs_f64();
        let buckets = self.buckets.len().max(bounds.len() + 1);
        self.buckets.resize(buckets, 0);
        let bucket = &mut self.buckets[bounds.partition_point(|&bound| bound < seconds)];
        *bucket = bucket.saturating_add(calls);
        match fine::bucket(seconds) {
            Some(bucket) => self.fine.add(bucket, calls),
            None => self.fine.add_zero(calls),
        }
        #[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
        let calls = calls as f64;
        self.sum += seconds * calls;
    }

    /// Returns the histogram with other fine buckets.
    #[must_use]
    pub fn with_fine(mut self, fine: FineBuckets) -> Self {
        self.fine = fine;
        self
    }

    /// Returns the calls per bucket, not cumulative: one for each of [`Snapshot::bounds`] and
    /// one above them. Empty when nothing was recorded.
    ///
    /// [`Snapshot::bounds`]: crate::Snapshot::bounds
    pub fn buckets(&self) -> &[u64] {
        &self.buckets
    }

    /// Returns the fine buckets, unless they do not have the same number of calls.
    pub fn fine(&self) -> Option<&FineBuckets> {
        (self.fine.count() == self.count()).then_some(&self.fine)
    }

    /// Returns the time that the calls took together, in seconds.
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// Returns the number of calls.
    pub fn count(&self) -> u64 {
        total(&self.buckets)
    }

    /// Adds the calls of `other`, which has the same bounds.
    pub fn add(&mut self, other: &Self) {
        if self.buckets.len() < other.buckets.len() {
            self.buckets.resize(other.buckets.len(), 0);
        }
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine = mine.saturating_add(*theirs);
        }
        self.sum += other.sum;
        self.fine.merge(&other.fine);
    }

    /// Returns the calls that `base`, an earlier histogram of the same calls and bounds, does
    /// not have.
    #[must_use]
    pub fn since(&self, base: &Self) -> Self {
        let mut since = self.clone();
        for (calls, before) in since.buckets.iter_mut().zip(&base.buckets) {
            *calls = calls.saturating_sub(*before);
        }
        since.sum = (self.sum - base.sum).max(0.0);
        since.fine = self.fine.since(&base.fine);
        since
    }

    /// Returns the latency of the call that the share `q` of the calls, from 0 to 1, took at
    /// most; `None` without calls.
    ///
    /// It is the call of rank ⌈q · count⌉ (the nearest rank). With fine buckets the estimate is the
    /// geometric mean of its bucket's ends, and at most 2^(1/16) = 4.43 % off. Without, it is linear between the bounds around it, which may
    /// be off by as much as they are apart, and the last bound above that.
    pub fn quantile(&self, q: f64, bounds: &[f64]) -> Option<Quantile> {
        let count = self.count();
        let rank = rank(q, count)?;
        match self.fine() {
            Some(fine) => fine.at(rank),
            None => self.between(rank, bounds),
        }
    }

    /// Returns the latency of the call with this rank, linear between two bounds.
    #[expect(clippy::cast_precision_loss, reason = "counts below 2^53 are exact")]
    fn between(&self, rank: u64, bounds: &[f64]) -> Option<Quantile> {
        let mut below = 0_u64;
        for (at, &calls) in self.buckets.iter().enumerate() {
            if below.saturating_add(calls) >= rank {
                let lower = at.checked_sub(1).map_or(0.0, |before| {
                    bounds.get(before).or(bounds.last()).copied().unwrap_or(0.0)
                });
                let upper = bounds.get(at).copied();
                let share = (rank - below) as f64 / calls as f64;
                return Some(Quantile {
                    seconds: upper.map_or(lower, |upper| lower + (upper - lower) * share),
                    lower,
                    upper: upper.unwrap_or(f64::INFINITY),
                });
            }
            below += calls;
        }
        None
    }

    pub(super) fn parts(&mut self) -> (&mut Vec<u64>, &mut f64, &mut FineBuckets) {
        (&mut self.buckets, &mut self.sum, &mut self.fine)
    }
}

impl FineBuckets {
    /// The number of buckets per octave as a power of two: Prometheus' schema and
    /// OpenTelemetry's scale.
    pub const SCHEMA: i8 = fine::SCHEMA;
    /// The upper bound of the latencies that are counted together, in seconds: 2^-30,
    /// 0.93 ns.
    pub const ZERO_THRESHOLD: f64 = fine::ZERO_THRESHOLD;

    /// Returns the upper bound of a bucket, in seconds.
    ///
    /// ```
    /// # use autometrics_core::FineBuckets;
    /// assert_eq!(FineBuckets::upper(-8), 0.5);
    /// ```
    pub fn upper(bucket: i16) -> f64 {
        fine::upper(bucket)
    }

    /// Returns the number of the bucket of a latency in seconds; `None` up to
    /// [`ZERO_THRESHOLD`](Self::ZERO_THRESHOLD).
    ///
    /// ```
    /// # use autometrics_core::FineBuckets;
    /// assert_eq!(FineBuckets::bucket(0.5), Some(-8));
    /// assert_eq!(FineBuckets::bucket(0.51), Some(-7));
    /// ```
    pub fn bucket(seconds: f64) -> Option<i16> {
        fine::bucket(seconds)
    }

    /// Adds calls to a bucket.
    pub fn add(&mut self, bucket: i16, calls: u64) {
        if calls == 0 {
            return;
        }
        // Mostly behind the last one.
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

    /// Makes room for so many further buckets.
    pub(super) fn reserve(&mut self, buckets: usize) {
        self.buckets.reserve_exact(buckets);
    }

    /// Adds calls of up to [`ZERO_THRESHOLD`](Self::ZERO_THRESHOLD).
    pub fn add_zero(&mut self, calls: u64) {
        self.zero = self.zero.saturating_add(calls);
    }

    /// Adds the calls of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.add_zero(other.zero);
        if self.buckets.is_empty() {
            self.buckets.clone_from(&other.buckets);
            return;
        }
        let mut at = 0;
        for (place, (bucket, calls)) in other.iter().enumerate() {
            // Both ascend.
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

    /// Returns the calls of all.
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

    /// Returns the calls that `base`, earlier counts of the same calls, does not have.
    #[must_use]
    pub fn since(&self, base: &Self) -> Self {
        let mut since = Self {
            zero: self.zero.saturating_sub(base.zero),
            ..Self::default()
        };
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

    /// Returns the number of calls of up to [`ZERO_THRESHOLD`](Self::ZERO_THRESHOLD).
    pub fn zero(&self) -> u64 {
        self.zero
    }

    /// Returns the number of calls.
    pub fn count(&self) -> u64 {
        self.iter()
            .fold(self.zero, |sum, (_, calls)| sum.saturating_add(calls))
    }

    /// Returns the buckets that have calls, ascending, and how many.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (i16, u64)> + '_ {
        self.buckets.iter().copied()
    }

    /// Returns the buckets that have calls as spans of neighbours, ascending.
    pub fn spans(&self) -> impl Iterator<Item = Span<'_>> {
        let is_next = |one: &(i16, u64), other: &(i16, u64)| one.0 + 1 == other.0;
        self.buckets.chunk_by(is_next).map(Span)
    }

    /// Returns the latency of the call that the share `q` of the calls, from 0 to 1, took at
    /// most, to 4.43 %; `None` without calls. See [`Histogram::quantile`].
    pub fn quantile(&self, q: f64) -> Option<Quantile> {
        self.at(rank(q, self.count())?)
    }

    /// Returns the latency of the call with this rank.
    fn at(&self, rank: u64) -> Option<Quantile> {
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

/// Returns the rank of the quantile `q` among `count` calls, from 1 on; `None` without calls.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts below 2^53 are exact, and a share of them is not larger"
)]
fn rank(q: f64, count: u64) -> Option<u64> {
    if count == 0 {
        return None;
    }
    let rank = (q.clamp(0.0, 1.0) * count as f64).ceil() as u64;
    Some(rank.clamp(1, count))
}

fn total(counts: &[u64]) -> u64 {
    counts
        .iter()
        .fold(0, |sum, &calls| sum.saturating_add(calls))
}
