//! What came since another snapshot.

use std::{
    collections::{HashMap, HashSet},
    mem::{self, Discriminant},
    time::SystemTime,
};

use autometrics_core::{Caller, Edge, Exemplar, Histogram, Outcome, Snapshot};

/// What `now` has that `base`, an earlier snapshot of the same program, had not.
///
/// Functions and edges are those of `now`, with the calls that came since; calls in
/// flight are as they are now. With the same bounds, all deltas up to a snapshot add up
/// to it.
///
/// ```
/// use autometrics_core::{Function, Snapshot};
///
/// let mut base = Snapshot::new("shop");
/// base.functions.push(Function::new("shop::cart", "Cart::add"));
/// base.functions[0].cancelled = Some(3);
/// let mut now = base.clone();
/// now.functions[0].cancelled = Some(5);
///
/// let since = autometrics_otlp::since(&now, &base);
/// assert_eq!(since.functions[0].cancelled, Some(2));
/// ```
pub fn since(now: &Snapshot, base: &Snapshot) -> Snapshot {
    let mut since = now.clone();
    since.refused_callers = now.refused_callers.saturating_sub(base.refused_callers);
    let counts: HashMap<_, _> = base
        .functions
        .iter()
        .map(|function| {
            let counts = [function.cancelled, function.suppressed_events];
            ((&*function.module, &*function.name), counts)
        })
        .collect();
    for function in &mut since.functions {
        let before = counts.get(&(&*function.module, &*function.name));
        let counts = [&mut function.cancelled, &mut function.suppressed_events];
        for (count, before) in counts.into_iter().zip(before.into_iter().flatten()) {
            if let (Some(count), Some(before)) = (count, before) {
                *count = count.saturating_sub(*before);
            }
        }
    }
    let mut before: HashMap<Key<'_>, Histogram> = HashMap::new();
    for edge in &base.edges {
        if let Some(key) = Key::of(base, edge) {
            before.entry(key).or_default().add(&edge.latency);
        }
    }
    for (edge, same) in since.edges.iter_mut().zip(&now.edges) {
        // Removed, so that two edges of one key do not both lose the same calls.
        let before = Key::of(now, same).and_then(|key| before.remove(&key));
        if let Some(before) = before {
            subtract(&mut edge.latency, &before);
        }
    }
    let sent: HashSet<_> = base.exemplars.iter().map(identity).collect();
    since.exemplars.retain(|one| !sent.contains(&identity(one)));
    since
}

/// An edge by names, as functions that register late move the others.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    function: (&'a str, &'a str),
    /// Which kind of caller, as a function may be called nothing.
    caller: (Discriminant<Caller>, &'a str, &'a str, Option<&'a str>),
    outcome: &'a Outcome,
}

impl<'a> Key<'a> {
    fn of(snapshot: &'a Snapshot, edge: &'a Edge) -> Option<Self> {
        let function = snapshot.functions.get(edge.function)?;
        let (name, module) = snapshot.caller_names(edge.caller);
        let service = snapshot.caller_service(edge.caller);
        Some(Self {
            function: (&function.module, &function.name),
            caller: (mem::discriminant(&edge.caller), name, module, service),
            outcome: &edge.outcome,
        })
    }
}

fn subtract(latency: &mut Histogram, before: &Histogram) {
    for (calls, before) in latency.buckets.iter_mut().zip(&before.buckets) {
        *calls = calls.saturating_sub(*before);
    }
    latency.sum = (latency.sum - before.sum).max(0.0);
}

fn identity(exemplar: &Exemplar) -> (u128, u64, SystemTime) {
    let trace = exemplar.trace;
    (trace.trace_id, trace.span_id, exemplar.time)
}
