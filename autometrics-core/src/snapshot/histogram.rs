//! Latencies: exact counts below bounds, and fine counts for quantiles.

use std::time::Duration;

use super::fine_buckets::{FineBuckets, Quantile, rank, total};
use crate::buckets::fine;

/// Latencies of calls, by bucket.
///
/// Two sets of buckets count the same calls: buckets between [`Snapshot::bounds`], for the exact
/// number of calls up to a bound, and [fine buckets](FineBuckets), for quantiles with an error of
/// at most 4.5 %. A histogram from [`Histogram::new`](Self::new) has no fine buckets.
///
/// ```
/// use std::time::Duration;
/// use autometrics::Histogram;
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
    /// Creates a histogram from calls per bucket, one for each of [`Snapshot::bounds`] and one
    /// above them. `sum` is the total time of the calls in seconds. The histogram has no fine
    /// buckets.
    ///
    /// [`Snapshot::bounds`]: crate::Snapshot::bounds
    pub fn new(buckets: impl Into<Vec<u64>>, sum: f64) -> Self {
        Self {
            buckets: buckets.into(),
            sum,
            fine: FineBuckets::default(),
        }
    }

    /// Creates a histogram of `latencies`, with fine buckets, as the run time counts them.
    ///
    /// `bounds` are in seconds and ascend, as in [`Snapshot::bounds`](crate::Snapshot::bounds).
    pub fn of(latencies: impl IntoIterator<Item = Duration>, bounds: &[f64]) -> Self {
        let mut histogram = Self::default();
        for latency in latencies {
            histogram.record(latency, 1, bounds);
        }
        histogram
    }

    /// Adds `calls` calls with the same `latency`.
    ///
    /// `bounds` are in seconds and ascend, as in [`Snapshot::bounds`](crate::Snapshot::bounds);
    /// they must be the same for all calls of this method.
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

    /// Returns the histogram with its fine buckets replaced by `fine`.
    #[must_use]
    pub fn with_fine_buckets(mut self, fine: FineBuckets) -> Self {
        self.fine = fine;
        self
    }

    /// Returns the calls per bucket, not cumulative: one for each of [`Snapshot::bounds`] and one
    /// above them. Empty if nothing was recorded.
    ///
    /// [`Snapshot::bounds`]: crate::Snapshot::bounds
    pub fn buckets(&self) -> &[u64] {
        &self.buckets
    }

    /// Returns the fine buckets; `None` if they contain a different number of calls than the
    /// buckets.
    pub fn fine_buckets(&self) -> Option<&FineBuckets> {
        (self.fine.count() == self.count()).then_some(&self.fine)
    }

    /// Returns the total time of the calls, in seconds.
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// Returns the number of calls.
    pub fn count(&self) -> u64 {
        total(&self.buckets)
    }

    /// Adds the calls of `other`, which must have the same bounds.
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

    /// Returns the calls that `base`, an earlier histogram of the same calls and bounds, does not
    /// contain.
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

    /// Returns the `q`-quantile of the latencies (`q` from 0 to 1); `None` without calls.
    ///
    /// The quantile is the latency of the call with rank ⌈q · count⌉ (nearest rank). With fine
    /// buckets, the estimate is the geometric mean of the bucket's bounds and at most 2^(1/16) =
    /// 4.43 % off. Without, it is interpolated linearly between the two bounds around it, with an
    /// error of up to their distance; above the last bound it is the last bound.
    pub fn quantile(&self, q: f64, bounds: &[f64]) -> Option<Quantile> {
        let count = self.count();
        let rank = rank(q, count)?;
        match self.fine_buckets() {
            Some(fine) => fine.at(rank),
            None => self.between(rank, bounds),
        }
    }

    /// Returns the latency of the call with this rank, interpolated linearly between two bounds.
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
