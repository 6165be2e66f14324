//! A snapshot as series: totals over the edges, and only what can be exported.
//!
//! The run time's snapshots are consistent. One that was built by hand need not
//! be, and is put right here, so that whatever comes in, a scraper can read
//! what goes out:
//!
//! - an edge whose function or caller is not in the list is left out;
//! - neighbouring edges with the same labels are added up;
//! - a bound that is negative, not finite or not above the one before is no
//!   bucket, and its calls are those of the next;
//! - buckets that are missing are zero, those beyond the last bound are above it;
//! - a sum that is negative or not a number is zero.

use std::iter;

use super::{Caller, Edge, Exemplar, Function, Snapshot};

/// What the series of a snapshot count, for exporters.
///
/// The run time's snapshots are consistent. One that was built by hand need not
/// be, and is put right here: what refers to functions that are not there is left
/// out, missing buckets are zero, and bounds that can't be are no buckets.
///
/// ```
/// use autometrics_core::{Function, Series, Snapshot};
///
/// let mut snapshot = Snapshot::new("shop");
/// snapshot.functions.push(Function::new("shop::cart", "Cart::add"));
/// assert_eq!(Series::new(&snapshot).latencies(0).count, 0);
/// ```
#[derive(Debug)]
pub struct Series<'a> {
    snapshot: &'a Snapshot,
    /// Each of the snapshot's bounds, unless it can't be one.
    bounds: Vec<Option<f64>>,
    /// Calls per edge; `None` where the edge is left out.
    calls: Vec<Option<u64>>,
    /// Calls per bucket of all functions, one row of `bounds.len() + 1` each.
    buckets: Vec<u64>,
    /// Seconds per function.
    sums: Vec<f64>,
}

/// The calls of a function by one caller with one outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calls<'a> {
    /// The function called: an index into the snapshot's functions.
    pub function: usize,
    /// Who called it.
    pub caller: Caller,
    /// The value of the label `result`.
    pub result: &'static str,
    /// The value of the label `error`, if the series has it.
    pub error: Option<&'a str>,
    /// How many calls there were.
    pub count: u64,
}

/// The latencies of a function, whoever called it and however it ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Latencies<'a> {
    buckets: &'a [u64],
    /// How many calls there were.
    pub count: u64,
    /// The time that they took together, in seconds.
    pub sum: f64,
}

impl<'a> Series<'a> {
    /// Adds up what `snapshot` has.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        let row = snapshot.bounds.len() + 1;
        let mut series = Self {
            snapshot,
            bounds: usable(&snapshot.bounds),
            calls: Vec::with_capacity(snapshot.edges.len()),
            buckets: vec![0; row * snapshot.functions.len()],
            sums: vec![0.0; snapshot.functions.len()],
        };
        for edge in &snapshot.edges {
            let calls = series.add(edge, row);
            series.calls.push(calls);
        }
        series
    }

    /// Adds `edge` to its function, and returns how many calls it has.
    fn add(&mut self, edge: &Edge, row: usize) -> Option<u64> {
        match edge.caller {
            Caller::Function(caller) => drop(self.snapshot.functions.get(caller)?),
            Caller::Remote(caller) => drop(self.snapshot.remote_callers.get(caller)?),
            Caller::None | Caller::Overflow => {}
        }
        *self.sums.get_mut(edge.function)? += edge.latency.sum.max(0.0);
        let totals = &mut self.buckets[edge.function * row..][..row];
        let mut calls: u64 = 0;
        for (at, &bucket) in edge.latency.buckets.iter().enumerate() {
            let total = &mut totals[at.min(row - 1)];
            *total = total.saturating_add(bucket);
            calls = calls.saturating_add(bucket);
        }
        Some(calls)
    }

    /// The snapshot itself.
    pub fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    /// The functions, in the order of the snapshot.
    pub fn functions(&self) -> &'a [Function] {
        &self.snapshot.functions
    }

    /// For each of the snapshot's bounds what it is in seconds, or `None` when
    /// there is no such bucket.
    pub fn bounds(&self) -> &[Option<f64>] {
        &self.bounds
    }

    /// Calls that a trace shows, in the order of the snapshot.
    pub fn exemplars(&self) -> &'a [Exemplar] {
        &self.snapshot.exemplars
    }

    /// The calls by function, caller and outcome.
    pub fn calls(&self) -> impl Iterator<Item = Calls<'a>> {
        let mut edges = iter::zip(&self.snapshot.edges, &self.calls)
            .filter_map(|(edge, &count)| Some(Calls::new(edge, count?)))
            .peekable();
        iter::from_fn(move || {
            let mut calls = edges.next()?;
            while let Some(more) = edges.next_if(|next| next.has_labels_of(&calls)) {
                calls.count = calls.count.saturating_add(more.count);
            }
            Some(calls)
        })
    }

    /// The buckets of the function at `index` that are some: the upper bound of each,
    /// `+Inf` the last, and the calls in it alone.
    ///
    /// # Panics
    ///
    /// If the snapshot has no such function.
    pub fn buckets(&self, index: usize) -> impl Iterator<Item = (f64, u64)> {
        let row = self.bounds.len() + 1;
        let calls = self.buckets[index * row..][..row].iter();
        let bounds = self.bounds.iter().copied().chain([Some(f64::INFINITY)]);
        let mut carried = 0_u64;
        bounds.zip(calls).filter_map(move |(bound, calls)| {
            carried = carried.saturating_add(*calls);
            bound.map(|bound| (bound, std::mem::take(&mut carried)))
        })
    }

    /// The latencies of the function at `index`.
    ///
    /// # Panics
    ///
    /// If the snapshot has no such function.
    pub fn latencies(&self, index: usize) -> Latencies<'_> {
        let row = self.bounds.len() + 1;
        let buckets = &self.buckets[index * row..][..row];
        Latencies {
            buckets,
            count: buckets.iter().fold(0, |sum, n| sum.saturating_add(*n)),
            sum: self.sums[index],
        }
    }
}

impl<'a> Calls<'a> {
    fn new(edge: &'a Edge, count: u64) -> Self {
        Self {
            function: edge.function,
            caller: edge.caller,
            result: edge.outcome.result(),
            // An empty label is the same as none, so it must not be a series
            // beside the one without.
            error: edge.outcome.error().filter(|kind| !kind.is_empty()),
            count,
        }
    }

    fn has_labels_of(&self, other: &Self) -> bool {
        self.function == other.function
            && self.caller == other.caller
            && self.result == other.result
            && self.error == other.error
    }
}

impl Latencies<'_> {
    /// Calls up to each bound, in the order of the snapshot's bounds, those
    /// that are no bucket included.
    pub fn cumulative(&self) -> impl Iterator<Item = u64> {
        self.buckets.iter().scan(0_u64, |sum, &bucket| {
            *sum = sum.saturating_add(bucket);
            Some(*sum)
        })
    }
}

/// `bounds` without those that can't be the upper bound of a bucket.
fn usable(bounds: &[f64]) -> Vec<Option<f64>> {
    let mut last = None;
    bounds
        .iter()
        .map(|&bound| {
            let ascends = last.is_none_or(|last| bound > last);
            let usable = (bound.is_finite() && bound >= 0.0 && ascends).then_some(bound);
            last = usable.or(last);
            usable
        })
        .collect()
}
