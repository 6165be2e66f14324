//! One sample of a family: its labels and its value.

use std::time::SystemTime;

use super::{
    super::{Edge, Exemplar, FineBuckets, totals::Totals},
    groups::Group,
};

/// One sample of a [`Family`](super::Family).
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// The groups of its labels, in the order in which they are written.
    pub groups: &'a [Group],
    /// The place of the caller among the groups.
    pub(super) caller: Option<usize>,
    /// Its value.
    pub value: Value<'a>,
    /// When its value was zero: before the first call, or when the program began to count.
    /// `None` for gauges, and where it is not known.
    pub created: Option<SystemTime>,
}

/// Takes the samples of a family, one by one.
pub(super) type Sink<'a> = &'a mut dyn FnMut(Sample<'_>);

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
    pub(super) totals: &'a Totals,
    pub(super) function: usize,
    pub(super) exemplars: &'a [Exemplar],
    /// The edges of all functions.
    pub(super) edges: &'a [Edge],
}

impl<'a> Sample<'a> {
    pub(super) fn new(groups: &'a [Group], value: Value<'a>) -> Self {
        Self {
            groups,
            caller: None,
            value,
            created: None,
        }
    }
}

impl<'a> Buckets<'a> {
    /// Returns the fine buckets, or `None` where not all calls of the function are in them.
    ///
    /// Those of all functions are added up when it is called first.
    pub fn fine(self) -> Option<&'a FineBuckets> {
        let fine = self.totals.fine(self.edges, self.function)?;
        (fine.count() == self.count()).then_some(fine)
    }

    /// Returns the number of calls.
    pub fn count(self) -> u64 {
        let calls = self.totals.buckets(self.function).iter();
        calls.fold(0, |sum, calls| sum.saturating_add(*calls))
    }

    /// Returns the time that they took together, in seconds.
    pub fn sum(self) -> f64 {
        self.totals.seconds(self.function)
    }

    /// Returns the upper bound of each bucket in seconds, `+Inf` the last, and the calls
    /// in it alone.
    pub fn each(self) -> impl Iterator<Item = (f64, u64)> {
        let bounds = self.totals.bounds().iter().copied();
        let bounds = bounds.chain([Some(f64::INFINITY)]);
        let mut carried = 0_u64;
        let calls = self.totals.buckets(self.function).iter();
        bounds.zip(calls).filter_map(move |(bound, calls)| {
            carried = carried.saturating_add(*calls);
            bound.map(|bound| (bound, std::mem::take(&mut carried)))
        })
    }

    /// Returns for each of the snapshot's bounds, and for `+Inf` behind them, the calls up
    /// to it; `None` where there is no such bucket.
    pub fn cumulative(self) -> impl Iterator<Item = Option<u64>> {
        let bounds = self.totals.bounds();
        let calls = self.totals.buckets(self.function).iter();
        let mut sum = 0_u64;
        calls.enumerate().map(move |(at, calls)| {
            sum = sum.saturating_add(*calls);
            bounds.get(at).is_none_or(Option::is_some).then_some(sum)
        })
    }

    /// Returns the calls that a trace shows, sorted by bucket.
    pub fn exemplars(self) -> &'a [Exemplar] {
        self.exemplars
    }
}
