//! Reads the cells of all threads into a [`Snapshot`].

use std::{
    borrow::Cow,
    cmp::Reverse,
    time::{Duration, UNIX_EPOCH},
};

use super::{
    Exemplar, Function, Snapshot, edges, flows, identity,
    order::{self, Order},
    sums::{self, Sum},
};
use crate::{
    TraceContext,
    callsite::FunctionInfo,
    cells::CallKind,
    clock,
    exemplar::{self, Exemplars},
    registry, settings,
};

/// Returns everything that the program has recorded so far.
///
/// No thread is stopped or delayed. Calls that end meanwhile may or may not be counted. No call
/// is counted twice, and no count is ever lower in a later snapshot. A snapshot takes some
/// milliseconds for tens of thousands of edges.
///
/// ```
/// let snapshot = autometrics::snapshot();
/// for function in &snapshot.functions {
///     println!("{} {}", function.module, function.name);
/// }
/// ```
pub fn snapshot() -> Snapshot {
    let registry = registry::get();
    clock::calibrate(&registry.layout);
    let sums = sums::read(registry);
    // Read after the cells, so that the ids of all cells are known.
    let infos: Vec<&FunctionInfo> = registry.functions().collect();
    let (functions, order) = order::functions(&infos);
    let count = functions.len();
    let flows = flows::sorted(&functions, &order, &registry.flows, &sums);
    let package = identity::application(infos.iter().copied());
    let mut snapshot = Snapshot {
        service_name: identity::service_name(package),
        started: Some(registry.started()),
        build: identity::build_info(package),
        bounds: registry.layout.bounds().to_vec(),
        functions: with_unfinished(functions, &order, &sums),
        edges: edges::sorted(count, &order, sums),
        flows,
        exemplars: exemplar::exemplars()
            .map(|kept| exemplars(kept, &order))
            .unwrap_or_default(),
        latency_by_caller: settings::latency_by_caller(),
        overflowed_pairs: registry.edges.overflows(),
        remote_callers: registry.remote_callers.all(),
        refused_callers: registry.remote_callers.refused(),
    };
    snapshot.keep_newest_exemplars();
    snapshot
}

/// Returns the name of this program, which its series have as `service_name`.
pub fn service_name() -> Cow<'static, str> {
    identity::service_name(identity::application(registry::get().functions()))
}

/// Adds the calls that have not finished: those in flight, and those that were cancelled.
fn with_unfinished(mut functions: Vec<Function>, order: &Order, sums: &[Sum]) -> Vec<Function> {
    for sum in sums.iter().filter(|sum| !sum.key.kind().is_finished()) {
        let Some(position) = order.place(sum.key.callee()) else {
            continue;
        };
        let function = &mut functions[position];
        if sum.key.kind() == CallKind::CANCELLED {
            let cancelled = function.cancelled.get_or_insert_default();
            cancelled.add(&sum.latency);
        } else if let Some(in_flight) = &mut function.in_flight {
            // If a call begins on one thread and ends on another, its end may be read before its
            // beginning. The sum is then negative, and no call is in flight.
            if sum.in_flight <= u64::MAX / 2 {
                *in_flight += sum.in_flight;
            }
        }
    }
    functions
}

/// Returns the exemplars of each function.
fn exemplars(kept: &Exemplars, order: &Order) -> Vec<Exemplar> {
    let ids = order.ids().map(|(id, function)| {
        kept.of(id).map(move |(bucket, one)| Exemplar {
            function,
            bucket,
            latency: Duration::try_from_secs_f64(one.seconds).unwrap_or_default(),
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
