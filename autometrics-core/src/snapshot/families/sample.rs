//! One sample of a family: its labels and its value.

use super::{
    super::{Exemplar, totals::Latencies},
    groups::Group,
};

/// The places of a sample's groups of labels: what is counted, its objective, the result,
/// the caller and the kind of error.
const PLACES: usize = 5;
/// The place of the caller.
const CALLER: usize = 3;

/// One sample of a [`Family`](super::Family).
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    groups: [Option<Group>; PLACES],
    /// Its value.
    pub value: Value<'a>,
}

/// The value of a sample.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// The value of a counter or a gauge.
    Number(u64),
    /// The value of a histogram.
    Histogram(Buckets<'a>),
}

/// The latencies of a function, by bucket.
#[derive(Clone, Copy, Debug)]
pub struct Buckets<'a> {
    pub(super) latencies: Latencies<'a>,
    /// The upper bound of each bucket but the last in seconds; `None` where the snapshot's
    /// bound can be no bucket's.
    pub(super) bounds: &'a [Option<f64>],
    pub(super) exemplars: &'a [Exemplar],
}

impl<'a> Sample<'a> {
    /// A sample with a single group of labels.
    pub(super) fn number(group: Group, value: u64) -> Self {
        Self::new([Some(group), None, None, None, None], Value::Number(value))
    }

    pub(super) fn new(groups: [Option<Group>; PLACES], value: Value<'a>) -> Self {
        Self { groups, value }
    }

    /// Returns the groups of its labels, in the order in which they are written.
    pub fn groups(&self) -> impl Iterator<Item = Group> + Clone + use<> {
        self.groups.into_iter().flatten()
    }

    /// Returns the sample with `caller` for its caller, or `None` if it has no caller.
    pub(super) fn with_caller(mut self, caller: Group) -> Option<Self> {
        self.groups[CALLER].replace(caller)?;
        Some(self)
    }
}

impl<'a> Buckets<'a> {
    /// Returns the number of calls.
    pub fn count(self) -> u64 {
        self.latencies.count
    }

    /// Returns the time that they took together, in seconds.
    pub fn sum(self) -> f64 {
        self.latencies.sum
    }

    /// Returns the upper bound of each bucket in seconds, `+Inf` the last, and the calls
    /// in it alone.
    pub fn each(self) -> impl Iterator<Item = (f64, u64)> {
        let bounds = self.bounds.iter().copied().chain([Some(f64::INFINITY)]);
        let mut carried = 0_u64;
        let calls = self.latencies.buckets.iter();
        bounds.zip(calls).filter_map(move |(bound, calls)| {
            carried = carried.saturating_add(*calls);
            bound.map(|bound| (bound, std::mem::take(&mut carried)))
        })
    }

    /// Returns for each of the snapshot's bounds, and for `+Inf` behind them, the calls up
    /// to it; `None` where there is no such bucket.
    pub fn cumulative(self) -> impl Iterator<Item = Option<u64>> {
        let bounds = self.bounds.iter().map(Option::is_some).chain([true]);
        let calls = self.latencies.buckets.iter();
        bounds.zip(calls).scan(0_u64, |sum, (is_bucket, calls)| {
            *sum = sum.saturating_add(*calls);
            Some(is_bucket.then_some(*sum))
        })
    }

    /// Returns the calls that a trace shows, sorted by bucket.
    pub fn exemplars(self) -> &'a [Exemplar] {
        self.exemplars
    }
}
