//! Reading the cells of all threads into a [`Snapshot`].

use std::{
    borrow::Cow,
    cmp::Reverse,
    time::{Duration, UNIX_EPOCH},
};

use super::{
    Caller, Edge, Exemplar, Function, Histogram, Outcome, Snapshot, Text, identity,
    order::{self, Order},
    sums::{self, Sum},
};
use crate::{
    TraceContext,
    callsite::About,
    cells::Kind,
    clock,
    exemplar::{self, Exemplars},
    outcome, registry, settings,
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
    clock::calibrate(&registry.layout);
    let sums = sums::read(registry);
    // After the cells: every id in them is known by now.
    let abouts: Vec<&About> = registry.functions().collect();
    let (functions, order) = order::functions(&abouts);
    let count = functions.len();
    let package = identity::application(abouts.iter().copied());
    let mut snapshot = Snapshot {
        service_name: identity::service_name(package),
        started: Some(registry.started()),
        build: identity::build_info(package),
        bounds: registry.layout.bounds().to_vec(),
        functions: with_unfinished(functions, &order, &sums),
        edges: edges(count, &order, sums),
        exemplars: exemplar::exemplars()
            .map(|kept| exemplars(kept, &order))
            .unwrap_or_default(),
        latency_by_caller: settings::latency_by_caller(),
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
                created: sum.created,
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
        ALWAYS
            .iter()
            .map(move |&kind| Edge::new(function, caller, outcome(kind), Histogram::default()))
    }));
    edges.sort_by(|a, b| (pair(a), &a.outcome).cmp(&(pair(b), &b.outcome)));
    edges.dedup_by(|zero, first| {
        let same = pair(zero) == pair(first) && zero.outcome == first.outcome;
        if same {
            first.latency.add(&zero.latency);
        }
        same
    });
    for of_pair in edges.chunk_by_mut(|one, other| pair(one) == pair(other)) {
        begin_together(of_pair);
    }
    edges
}

/// Has the series that exist from the first call of a pair on begin with it, or with the program
/// where there is no caller.
fn begin_together(of_pair: &mut [Edge]) {
    let created = of_pair.iter().filter_map(|edge| edge.created);
    let first = created.min();
    for edge in of_pair {
        if ALWAYS.iter().any(|&kind| outcome(kind) == edge.outcome) {
            edge.created = first.filter(|_| edge.caller != Caller::None);
        }
    }
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
