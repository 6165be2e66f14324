//! Latencies: exact counts below bounds, and fine counts for quantiles.

use std::time::Duration;

use super::fine_buckets::{FineBuckets, Quantile, rank, total};
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
