//! Totals over the edges of a snapshot, without whatever can't be exported.
//!
//! The run time's snapshots are consistent. One that was built by hand need not
//! be, and is put right here, so that a scraper can read whatever comes in:
//!
//! - an edge whose function or caller is not in the list is left out;
//! - a bound that is negative, not finite or not above the one before is no
//!   bucket, and its calls are those of the next;
//! - buckets that are missing are zero, those beyond the last bound are above it;
//! - a sum that is negative or not a number is zero.

use std::{collections::BTreeMap, iter, sync::OnceLock, time::SystemTime};

use super::{Caller, Edge, FineBuckets, Outcome, Snapshot};

/// The totals of a snapshot.
#[derive(Debug)]
pub(super) struct Totals {
    /// Each of the snapshot's bounds; `None` where no bucket can have it.
    bounds: Vec<Option<f64>>,
    /// Calls per edge; `None` where the edge is left out.
    calls: Vec<Option<u64>>,
    /// Calls per bucket of all functions, one row of `bounds.len() + 1` each.
    buckets: Vec<u64>,
    /// Seconds per function.
    sums: Vec<f64>,
    /// Calls per function that succeeded, and that failed.
    ended: Vec<[u64; 2]>,
    /// Fine buckets per function, which not everyone asks for.
    fine: OnceLock<Vec<FineBuckets>>,
    /// By function and caller.
    pairs: OnceLock<BTreeMap<(usize, Caller), Pair>>,
}

/// The calls of a function by one caller.
#[derive(Clone, Debug, Default)]
pub(super) struct Pair {
    pub(super) count: u64,
    /// The seconds that they took together.
    pub(super) sum: f64,
    pub(super) fine: FineBuckets,
    /// When one was first counted.
    pub(super) created: Option<SystemTime>,
}

/// The calls of a function by one caller with one outcome.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calls<'a> {
    /// The function called: an index into the snapshot's functions.
    pub(super) function: usize,
    pub(super) caller: Caller,
    pub(super) is_ok: bool,
    /// The kind of error, unless it is empty.
    pub(super) error: Option<&'a str>,
    /// The number of calls.
    pub(super) count: u64,
    pub(super) created: Option<SystemTime>,
}

impl Totals {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let row = snapshot.bounds.len() + 1;
        let mut totals = Self {
            bounds: usable(&snapshot.bounds),
            calls: Vec::with_capacity(snapshot.edges.len()),
            buckets: vec![0; row * snapshot.functions.len()],
            sums: vec![0.0; snapshot.functions.len()],
            ended: vec![[0; 2]; snapshot.functions.len()],
            fine: OnceLock::new(),
            pairs: OnceLock::new(),
        };
        for edge in &snapshot.edges {
            let calls = totals.add(snapshot, edge, row);
            totals.calls.push(calls);
        }
        totals
    }

    /// Adds `edge` to its function, and returns the number of its calls.
    fn add(&mut self, snapshot: &Snapshot, edge: &Edge, row: usize) -> Option<u64> {
        match edge.caller {
            Caller::Function(caller) => drop(snapshot.functions.get(caller)?),
            Caller::Remote(caller) => drop(snapshot.remote_callers.get(caller)?),
            Caller::None | Caller::Overflow => {}
        }
        *self.sums.get_mut(edge.function)? += edge.latency.sum().max(0.0);
        let totals = &mut self.buckets[edge.function * row..][..row];
        let buckets = edge.latency.buckets();
        let (known, beyond) = buckets.split_at(row.min(buckets.len()));
        let mut calls: u64 = 0;
        for (total, &bucket) in totals.iter_mut().zip(known) {
            *total = total.saturating_add(bucket);
            calls = calls.saturating_add(bucket);
        }
        for &bucket in beyond {
            totals[row - 1] = totals[row - 1].saturating_add(bucket);
            calls = calls.saturating_add(bucket);
        }
        let ended = &mut self.ended[edge.function][usize::from(edge.outcome != Outcome::Ok)];
        *ended = ended.saturating_add(calls);
        Some(calls)
    }

    /// Returns each of the snapshot's bounds in seconds; `None` where no bucket can have it.
    pub(super) fn bounds(&self) -> &[Option<f64>] {
        &self.bounds
    }

    /// Returns the calls of `snapshot`, whose totals these are, by function, caller and
    /// outcome.
    pub(super) fn calls<'a>(&self, snapshot: &'a Snapshot) -> impl Iterator<Item = Calls<'a>> {
        iter::zip(&snapshot.edges, &self.calls)
            .filter_map(|(edge, &count)| Some(Calls::new(edge, count?)))
    }

    /// Returns the calls of the function at `index` that succeeded, and those that failed.
    pub(super) fn ended(&self, index: usize) -> [u64; 2] {
        self.ended[index]
    }

    /// Returns the calls of the function at `index` per bucket, not cumulative: one for each
    /// of the snapshot's bounds and one above them.
    pub(super) fn buckets(&self, index: usize) -> &[u64] {
        let row = self.bounds.len() + 1;
        &self.buckets[index * row..][..row]
    }

    /// Returns the fine buckets of the function at `index`; `edges` are those of the snapshot
    /// whose totals these are.
    pub(super) fn fine(&self, edges: &[Edge], index: usize) -> Option<&FineBuckets> {
        let all = self.fine.get_or_init(|| {
            let mut of_functions = vec![Vec::new(); self.sums.len()];
            // Edges that are left out have no calls.
            for (edge, _) in iter::zip(edges, &self.calls).filter(|(_, calls)| calls.is_some()) {
                let of_function = of_functions.get_mut(edge.function);
                if let (Some(of_function), Some(fine)) = (of_function, edge.latency.fine()) {
                    of_function.push(fine);
                }
            }
            of_functions
                .iter()
                .map(|all| FineBuckets::sum(all))
                .collect()
        });
        all.get(index)
    }

    /// Returns the calls by function and caller; `edges` are those of the snapshot whose totals
    /// these are.
    pub(super) fn pairs(&self, edges: &[Edge]) -> &BTreeMap<(usize, Caller), Pair> {
        self.pairs.get_or_init(|| {
            let mut pairs: BTreeMap<_, Pair> = BTreeMap::new();
            for (edge, calls) in iter::zip(edges, &self.calls) {
                let Some(calls) = calls else { continue };
                let pair = pairs.entry((edge.function, edge.caller)).or_default();
                pair.count = pair.count.saturating_add(*calls);
                pair.sum += edge.latency.sum().max(0.0);
                if let Some(fine) = edge.latency.fine() {
                    pair.fine.merge(fine);
                }
                pair.created = [pair.created, edge.created].into_iter().flatten().min();
            }
            pairs
        })
    }

    /// Returns the seconds that the calls of the function at `index` took together.
    pub(super) fn seconds(&self, index: usize) -> f64 {
        self.sums[index]
    }
}

impl<'a> Calls<'a> {
    fn new(edge: &'a Edge, count: u64) -> Self {
        Self {
            function: edge.function,
            caller: edge.caller,
            is_ok: edge.outcome == Outcome::Ok,
            // An empty label is the same as none, so it must not be a series
            // beside the one without.
            error: edge.outcome.error().filter(|kind| !kind.is_empty()),
            count,
            created: edge.created,
        }
    }
}

/// Returns `bounds` without those that no bucket can have.
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
