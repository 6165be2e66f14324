//! Totals over the edges of a snapshot, without values that cannot be exported.
//!
//! The run time's snapshots are consistent. A snapshot that was built by hand may not be; it is
//! corrected here, so that a scraper can parse every output:
//!
//! - an edge whose function or caller is not in the list is left out;
//! - a bound that is negative, not finite or not above the previous one is dropped, and its calls
//!   are counted in the next bucket;
//! - missing buckets are zero; buckets beyond the last bound are counted above it;
//! - a sum that is negative or not a number is zero.

use std::{collections::BTreeMap, iter, sync::OnceLock, time::SystemTime};

use super::{Caller, Edge, FineBuckets, Outcome, Snapshot};

/// The totals of a snapshot.
#[derive(Debug)]
pub(super) struct Totals {
    /// The snapshot's bounds; `None` for bounds that are dropped.
    bounds: Vec<Option<f64>>,
    /// Calls per edge; `None` for edges that are left out.
    calls: Vec<Option<u64>>,
    /// Calls per bucket of all functions, one row of `bounds.len() + 1` each.
    buckets: Vec<u64>,
    /// Total time per function, in seconds.
    sums: Vec<f64>,
    /// Succeeded and failed calls per function.
    ended: Vec<[u64; 2]>,
    /// Fine buckets per function, computed when first needed, because not every exporter needs
    /// them.
    fine: OnceLock<Vec<FineBuckets>>,
    /// Calls by function and caller, computed when first needed.
    pairs: OnceLock<BTreeMap<(usize, Caller), Pair>>,
}

/// The calls of a function by one caller.
#[derive(Clone, Debug, Default)]
pub(super) struct Pair {
    pub(super) count: u64,
    /// Total time in seconds.
    pub(super) sum: f64,
    pub(super) fine: FineBuckets,
    /// Time when the first of the calls was counted.
    pub(super) created: Option<SystemTime>,
}

/// The calls of a function by one caller with one outcome.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calls<'a> {
    /// Index of the callee in the snapshot's functions.
    pub(super) function: usize,
    pub(super) caller: Caller,
    pub(super) is_ok: bool,
    /// Error kind; `None` if it is empty.
    pub(super) error: Option<&'a str>,
    /// Number of calls.
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

    /// Adds `edge` to its function, and returns the number of its calls; `None` if the edge is left
    /// out.
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

    /// Returns the snapshot's bounds in seconds; `None` for bounds that are dropped.
    pub(super) fn bounds(&self) -> &[Option<f64>] {
        &self.bounds
    }

    /// Returns the calls by function, caller and outcome. `snapshot` must be the one that these
    /// totals were computed from.
    pub(super) fn calls<'a>(&self, snapshot: &'a Snapshot) -> impl Iterator<Item = Calls<'a>> {
        iter::zip(&snapshot.edges, &self.calls)
            .filter_map(|(edge, &count)| Some(Calls::new(edge, count?)))
    }

    /// Returns the succeeded and failed calls of the function at `index`.
    pub(super) fn ended(&self, index: usize) -> [u64; 2] {
        self.ended[index]
    }

    /// Returns the calls of the function at `index` per bucket, not cumulative: one for each of the
    /// snapshot's bounds and one above them.
    pub(super) fn buckets(&self, index: usize) -> &[u64] {
        let row = self.bounds.len() + 1;
        &self.buckets[index * row..][..row]
    }

    /// Returns the fine buckets of the function at `index`. `edges` must be those of the snapshot
    /// that these totals were computed from.
    pub(super) fn fine(&self, edges: &[Edge], index: usize) -> Option<&FineBuckets> {
        let all = self.fine.get_or_init(|| {
            let mut of_functions = vec![Vec::new(); self.sums.len()];
            // Edges that are left out contribute no calls.
            for (edge, _) in iter::zip(edges, &self.calls).filter(|(_, calls)| calls.is_some()) {
                let of_function = of_functions.get_mut(edge.function);
                if let (Some(of_function), Some(fine)) = (of_function, edge.latency.fine_buckets())
                {
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

    /// Returns the calls by function and caller. `edges` must be those of the snapshot that these
    /// totals were computed from.
    pub(super) fn pairs(&self, edges: &[Edge]) -> &BTreeMap<(usize, Caller), Pair> {
        self.pairs.get_or_init(|| {
            let mut pairs: BTreeMap<_, Pair> = BTreeMap::new();
            for (edge, calls) in iter::zip(edges, &self.calls) {
                let Some(calls) = calls else { continue };
                let pair = pairs.entry((edge.function, edge.caller)).or_default();
                pair.count = pair.count.saturating_add(*calls);
                pair.sum += edge.latency.sum().max(0.0);
                if let Some(fine) = edge.latency.fine_buckets() {
                    pair.fine.merge(fine);
                }
                pair.created = [pair.created, edge.created].into_iter().flatten().min();
            }
            pairs
        })
    }

    /// Returns the total time of the calls of the function at `index`, in seconds.
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
            // An empty label value equals a missing label, so it must not become a second series
            // beside the one without an error kind.
            error: edge.outcome.error().filter(|kind| !kind.is_empty()),
            count,
            created: edge.created,
        }
    }
}

/// Replaces bounds that no bucket can have with `None`.
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
