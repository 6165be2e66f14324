//! Reading the cells of all threads into a [`Snapshot`].

use std::{
    borrow::Cow,
    cmp::Reverse,
    time::{Duration, UNIX_EPOCH},
};

use super::{
    Caller, Edge, Exemplar, Function, Histogram, Outcome, Snapshot, Text, identity,
    order::{self, Order},
};
use crate::{
    TraceContext,
    callsite::About,
    cells::{Cell, Key, Kind},
    clock,
    exemplar::{self, Exemplars},
    outcome,
    registry::{self, Registry},
};

/// What the program recorded until now.
///
/// It does not stop or delay any thread. Calls that end meanwhile may or may
/// not be in it; no call is in it twice, and no count is ever lower in a later
/// one. It takes some milliseconds for tens of thousands of edges.
///
/// ```
/// let snapshot = autometrics_core::snapshot();
/// for function in &snapshot.functions {
///     println!("{} {}", function.module, function.name);
/// }
/// ```
pub fn snapshot() -> Snapshot {
    let registry = registry::get();
    clock::calibrate(&registry.bounds);
    let sums = read_cells(registry);
    // After the cells: every id in them is known by now.
    let abouts: Vec<&About> = registry.functions().collect();
    let (functions, order) = order::functions(&abouts);
    let count = functions.len();
    let package = identity::application(abouts.iter().copied());
    let mut snapshot = Snapshot {
        service_name: identity::service_name(package),
        build: identity::build_info(package),
        bounds: registry
            .bounds
            .limits()
            .iter()
            .map(|&limit| seconds(limit))
            .collect(),
        functions: with_unfinished(functions, &order, &sums),
        edges: edges(count, &order, sums),
        exemplars: exemplar::exemplars()
            .map(|kept| exemplars(kept, &order))
            .unwrap_or_default(),
        folded_edges: registry.folded_edges(),
        remote_callers: registry.remotes.all(),
        refused_callers: registry.remotes.refused(),
    };
    snapshot.keep_newest_exemplars();
    snapshot
}

/// What this program is called, as `service_name` of its series.
pub fn service_name() -> Text {
    identity::service_name(identity::application(registry::get().functions()))
}

/// A cell summed over all threads.
#[derive(Clone, Debug)]
struct Sum {
    key: Key,
    latency: Histogram,
    in_flight: u64,
}

fn read_cells(registry: &'static Registry) -> Vec<Sum> {
    // Ticks and nanoseconds are summed as integers, so that the sum in seconds
    // does not depend on the order and never goes down.
    let mut sums: Vec<Option<(Sum, u64, u64)>> = Vec::new();
    for cell in registry.sets.cells(registry.bounds.buckets()) {
        let index = cell.index();
        if index >= sums.len() {
            sums.resize(index + 1, None);
        }
        let (sum, ticks, nanos) = sums[index].get_or_insert_with(|| (Sum::new(cell.key()), 0, 0));
        if cell.key().kind() == Kind::IN_FLIGHT {
            sum.in_flight = sum.in_flight.wrapping_add(cell.in_flight());
            continue;
        }
        *ticks += cell.ticks();
        *nanos += cell.nanos();
        sum.add_buckets(cell);
    }
    let seconds_per_tick = clock::counter().map_or(0.0, |counter| counter.seconds_per_tick);
    let in_seconds = |(mut sum, ticks, nanos): (Sum, u64, u64)| {
        sum.latency.sum = float(ticks) * seconds_per_tick + seconds(nanos);
        sum
    };
    sums.into_iter().flatten().map(in_seconds).collect()
}

impl Sum {
    fn new(key: Key) -> Self {
        Self {
            key,
            latency: Histogram::default(),
            in_flight: 0,
        }
    }

    fn add_buckets(&mut self, cell: Cell<'_>) {
        let buckets = &mut self.latency.buckets;
        if buckets.is_empty() {
            buckets.extend(cell.buckets());
            return;
        }
        for (sum, calls) in buckets.iter_mut().zip(cell.buckets()) {
            *sum += calls;
        }
    }
}

/// Adds the calls that have not finished: those in flight, and those that were cancelled.
fn with_unfinished(mut functions: Vec<Function>, order: &Order, sums: &[Sum]) -> Vec<Function> {
    for sum in sums.iter().filter(|sum| !sum.key.kind().is_finished()) {
        let Some(position) = order.place(sum.key.callee()) else {
            continue;
        };
        let function = &mut functions[position];
        if sum.key.kind() == Kind::CANCELLED {
            let cancelled = function.cancelled.get_or_insert_default();
            cancelled.add(&sum.latency);
        } else if let Some(in_flight) = &mut function.in_flight {
            // Begun on one thread and ended on another, a call may be seen to
            // end before it is seen to begin. That is no call in flight.
            if sum.in_flight <= u64::MAX / 2 {
                *in_flight += sum.in_flight;
            }
        }
    }
    functions
}

fn edges(functions: usize, order: &Order, sums: Vec<Sum>) -> Vec<Edge> {
    let finished = sums.into_iter().filter(|sum| sum.key.kind().is_finished());
    let mut edges: Vec<Edge> = finished
        .filter_map(|sum| {
            Some(Edge {
                function: order.place(sum.key.callee())?,
                caller: order.caller(sum.key.caller()),
                outcome: outcome(sum.key.kind()),
                latency: sum.latency,
            })
        })
        .collect();
    // Every function has an edge before its first call, and every edge these
    // outcomes: so a first error is a rise from zero, which `rate` sees, and
    // not the appearance of a series, which it doesn't.
    let uncalled = (0..functions).map(|function| (function, Caller::None));
    let mut pairs: Vec<_> = edges.iter().map(pair).chain(uncalled).collect();
    pairs.sort_unstable();
    pairs.dedup();
    edges.extend(pairs.iter().flat_map(|&(function, caller)| {
        ALWAYS.iter().map(move |&kind| Edge {
            function,
            caller,
            outcome: outcome(kind),
            latency: Histogram::default(),
        })
    }));
    edges.sort_by(|a, b| (pair(a), &a.outcome).cmp(&(pair(b), &b.outcome)));
    edges.dedup_by(|zero, first| {
        let same = pair(zero) == pair(first) && zero.outcome == first.outcome;
        if same {
            first.latency.add(&zero.latency);
        }
        same
    });
    edges
}

/// Returns the exemplars of each function.
fn exemplars(kept: &Exemplars, order: &Order) -> Vec<Exemplar> {
    let ids = order.ids().map(|(id, function)| {
        kept.of(id).map(move |(bucket, one)| Exemplar {
            function,
            bucket,
            seconds: one.seconds,
            time: UNIX_EPOCH + Duration::from_nanos(one.unix_nanos),
            trace: TraceContext::new(one.trace_id, one.span_id, true),
        })
    });
    ids.flatten().collect()
}

impl Snapshot {
    /// Sorts the exemplars by function and bucket, and keeps the newest of each bucket.
    pub(super) fn keep_newest_exemplars(&mut self) {
        let all = &mut self.exemplars;
        all.sort_by_key(|one| (one.function, one.bucket, Reverse(one.time)));
        all.dedup_by_key(|one| (one.function, one.bucket));
    }
}

fn pair(edge: &Edge) -> (usize, Caller) {
    (edge.function, edge.caller)
}

/// The outcomes that have series from the start. Where a panic aborts the
/// process no one will read of it.
const ALWAYS: &[Kind] = &[
    Kind::OK,
    Kind::ERROR,
    #[cfg(panic = "unwind")]
    Kind::PANIC,
];

/// How calls of this kind ended.
pub(crate) fn outcome(kind: Kind) -> Outcome {
    match kind {
        Kind::OK => Outcome::Ok,
        kind => Outcome::Error(outcome::name(kind).map(Cow::Borrowed)),
    }
}

fn seconds(nanos: u64) -> f64 {
    // One correctly rounded division: 180 ms are 0.18 and not its neighbour.
    float(nanos) / 1e9
}

#[expect(
    clippy::cast_precision_loss,
    reason = "exact below 2^53, which are 104 days of nanoseconds"
)]
fn float(number: u64) -> f64 {
    number as f64
}
