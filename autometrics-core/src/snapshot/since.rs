//! The difference of two snapshots.

use std::{
    collections::{HashMap, HashSet},
    mem::{self, Discriminant},
    time::SystemTime,
};

use super::{Caller, Edge, Exemplar, Histogram, Outcome, Snapshot};

impl Snapshot {
    /// Returns the calls since `base`, an earlier snapshot of the same program.
    ///
    /// The result has the functions and edges of `self`, each with the calls that `base` does not
    /// contain. Calls in flight are not changed. Exemplars of `base` are left out. If the bounds
    /// are the same, all consecutive differences up to a snapshot add up to it.
    ///
    /// ```
    /// use autometrics::{Function, Snapshot};
    ///
    /// let mut base = Snapshot::new("shop");
    /// base.functions.push(Function::new("shop::cart", "Cart::add"));
    /// base.functions[0].suppressed_events = Some(3);
    /// let mut now = base.clone();
    /// now.functions[0].suppressed_events = Some(5);
    ///
    /// assert_eq!(now.since(&base).functions[0].suppressed_events, Some(2));
    /// ```
    #[must_use]
    pub fn since(&self, base: &Self) -> Self {
        let mut since = self.clone();
        since.refused_callers = self.refused_callers.saturating_sub(base.refused_callers);
        let functions: HashMap<_, _> = base
            .functions
            .iter()
            .map(|function| ((&*function.module, &*function.name), function))
            .collect();
        for function in &mut since.functions {
            let before = functions.get(&(&*function.module, &*function.name));
            let Some(before) = before else { continue };
            if let (Some(count), Some(before)) =
                (&mut function.suppressed_events, before.suppressed_events)
            {
                *count = count.saturating_sub(before);
            }
            if let (Some(cancelled), Some(before)) = (&mut function.cancelled, &before.cancelled) {
                *cancelled = cancelled.since(before);
            }
        }
        let mut before: HashMap<Key<'_>, Histogram> = HashMap::new();
        for edge in &base.edges {
            if let Some(key) = Key::of(base, edge) {
                before.entry(key).or_default().add(&edge.latency);
            }
        }
        for (edge, same) in since.edges.iter_mut().zip(&self.edges) {
            // Removed, so that two edges with the same key do not both lose the same calls.
            let before = Key::of(self, same).and_then(|key| before.remove(&key));
            if let Some(before) = before {
                edge.latency = edge.latency.since(&before);
            }
        }
        let name = |snapshot: &'_ Self, at: usize| {
            let function = snapshot.functions.get(at)?;
            Some((function.module.clone(), function.name.clone()))
        };
        let before: HashMap<_, _> = base
            .flows
            .iter()
            .map(|calls| ((name(base, calls.function), &calls.flow), calls))
            .collect();
        for calls in &mut since.flows {
            let key = (name(self, calls.function), &calls.flow);
            if let Some(before) = before.get(&key) {
                calls.subtract(before);
            }
        }
        let sent: HashSet<_> = base.exemplars.iter().map(identity).collect();
        since.exemplars.retain(|one| !sent.contains(&identity(one)));
        since
    }

    /// Returns the names of an edge's caller: function, module and, for a caller in another
    /// program, its service. The names are empty for a caller that is not in the snapshot.
    fn caller_names(&self, caller: Caller) -> (&str, &str, Option<&str>) {
        let missing = ("", "", None);
        match caller {
            Caller::None | Caller::Overflow => missing,
            Caller::Function(at) => self
                .functions
                .get(at)
                .map_or(missing, |it| (&it.name, &it.module, None)),
            Caller::Remote(at) => self
                .remote_callers
                .get(at)
                .map_or(missing, |it| (&it.function, &it.module, Some(&*it.service))),
        }
    }
}

/// An edge identified by names, because functions that register late change the indices of others.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    function: (&'a str, &'a str),
    /// Variant and names of the caller; the variant distinguishes callers whose names are empty.
    caller: (Discriminant<Caller>, &'a str, &'a str, Option<&'a str>),
    outcome: &'a Outcome,
}

impl<'a> Key<'a> {
    fn of(snapshot: &'a Snapshot, edge: &'a Edge) -> Option<Self> {
        let function = snapshot.functions.get(edge.function)?;
        let (name, module, service) = snapshot.caller_names(edge.caller);
        Some(Self {
            function: (&function.module, &function.name),
            caller: (mem::discriminant(&edge.caller), name, module, service),
            outcome: &edge.outcome,
        })
    }
}

fn identity(exemplar: &Exemplar) -> (u128, u64, SystemTime) {
    let trace = exemplar.trace;
    (trace.trace_id, trace.span_id, exemplar.time)
}
