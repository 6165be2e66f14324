//! One sample of a family: its labels and its value.

use std::{iter, time::SystemTime};

use super::{
    super::{
        Edge, Exemplar, FineBuckets,
        totals::{Pair, Totals},
    },
    groups::Group,
};

/// One sample of a [`Family`](super::Family).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sample<'a> {
    /// Groups of its labels, in the order in which they are written.
    pub groups: &'a [Group],
    /// Position of the caller in `groups`; `None` if the sample has no caller label.
    pub(super) caller: Option<usize>,
    /// Value of the sample.
    pub value: Value<'a>,
    /// Start time of the series, when its value was zero: before the first call, or when the
    /// program began to count. `None` for gauges, and if unknown.
    pub created: Option<SystemTime>,
}

/// Receives the samples of a family, one by one.
pub(super) type Sink<'a> = &'a mut dyn FnMut(Sample<'_>);

/// The value of a sample.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Value of a counter or a gauge.
    Number(u64),
    /// Value of a histogram.
    Histogram(Buckets<'a>),
}

/// Latencies by bucket.
#[derive(Clone, Copy, Debug)]
pub struct Buckets<'a> {
    pub(super) totals: &'a Totals,
    pub(super) owner: Owner<'a>,
    pub(super) exemplars: &'a [Exemplar],
    /// Edges of all functions.
    pub(super) edges: &'a [Edge],
}

/// The calls whose latencies these are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner<'a> {
    /// All calls of the function at this index, in all buckets.
    Function(usize),
    /// The calls of a function by one caller, in the `+Inf` bucket only.
    Pair(&'a Pair),
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
    /// Returns the fine buckets; `None` if they do not contain all calls.
    ///
    /// The first call adds up the fine buckets of all functions.
    pub fn fine_buckets(self) -> Option<&'a FineBuckets> {
        let fine = match self.owner {
            Owner::Function(function) => self.totals.fine(self.edges, function)?,
            Owner::Pair(pair) => &pair.fine,
        };
        (fine.count() == self.count()).then_some(fine)
    }

    /// Returns the number of calls.
    pub fn count(self) -> u64 {
        match self.owner {
            Owner::Function(_) => self.calls().fold(0, u64::saturating_add),
            Owner::Pair(pair) => pair.count,
        }
    }

    /// Returns the total time of the calls, in seconds.
    pub fn sum(self) -> f64 {
        match self.owner {
            Owner::Function(function) => self.totals.seconds(function),
            Owner::Pair(pair) => pair.sum,
        }
    }

    /// Returns the upper bound of each bucket in seconds, `+Inf` last, with the calls in that
    /// bucket alone.
    pub fn each(self) -> impl Iterator<Item = (f64, u64)> {
        let mut below = 0_u64;
        let bounds = self.totals.bounds().iter().copied();
        let bounds = bounds.chain([Some(f64::INFINITY)]);
        bounds
            .zip(self.cumulative())
            .filter_map(move |(bound, calls)| {
                let calls = calls?;
                Some((bound?, calls - std::mem::replace(&mut below, calls)))
            })
    }

    /// Returns the cumulative calls for each of the snapshot's bounds and for `+Inf` after them;
    /// `None` for bounds without a bucket.
    pub fn cumulative(self) -> impl Iterator<Item = Option<u64>> {
        let bounds = self.totals.bounds();
        let last = bounds.len();
        let mut sum = 0_u64;
        (0..=last).zip(self.calls()).map(move |(at, calls)| {
            sum = sum.saturating_add(calls);
            match self.owner {
                Owner::Function(_) => bounds.get(at).is_none_or(Option::is_some).then_some(sum),
                Owner::Pair(pair) => (at == last).then_some(pair.count),
            }
        })
    }

    /// Returns the calls per bucket of a function; zeros for the calls by one caller.
    fn calls(self) -> impl Iterator<Item = u64> {
        let of_function = match self.owner {
            Owner::Function(function) => self.totals.buckets(function),
            Owner::Pair(_) => &[],
        };
        of_function
            .iter()
            .copied()
            .chain(iter::repeat(0))
            .take(self.totals.bounds().len() + 1)
    }

    /// Returns the exemplars, sorted by bucket.
    pub fn exemplars(self) -> &'a [Exemplar] {
        self.exemplars
    }
}
