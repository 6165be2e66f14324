//! A snapshot without two functions, callers or edges with the same labels.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

use super::{Caller, Edge, FlowCalls, Function, Histogram, Outcome, Snapshot};
use crate::RemoteCaller;

impl Snapshot {
    /// Returns the snapshot with functions, callers and edges of the same labels added up: a
    /// monitoring server would keep only one of several samples of a series.
    ///
    /// The run time's snapshots are returned unchanged. Edges with a missing function or caller are
    /// left out.
    pub(super) fn merged(&self) -> Cow<'_, Self> {
        if is_sorted(&self.functions, Function::labels)
            && is_sorted(&self.remote_callers, RemoteCaller::labels)
            && self.has_sorted_edges()
            && is_sorted(&self.flows, FlowCalls::labels)
        {
            return Cow::Borrowed(self);
        }
        let functions = Deduplicated::of(&self.functions, Function::labels);
        let callers = Deduplicated::of(&self.remote_callers, RemoteCaller::labels);
        if functions.are_distinct()
            && callers.are_distinct()
            && self.has_unique_edges()
            && Deduplicated::of(&self.flows, FlowCalls::labels).are_distinct()
        {
            return Cow::Borrowed(self);
        }
        let mut merged = Self {
            functions: Vec::with_capacity(functions.count),
            edges: Vec::new(),
            flows: Vec::new(),
            exemplars: Vec::new(),
            remote_callers: Vec::with_capacity(callers.count),
            ..self.clone()
        };
        for (function, &place) in self.functions.iter().zip(&functions.places) {
            match merged.functions.get_mut(place) {
                Some(first) => first.merge(function.clone()),
                None => merged.functions.push(function.clone()),
            }
        }
        for (caller, &place) in self.remote_callers.iter().zip(&callers.places) {
            if place == merged.remote_callers.len() {
                merged.remote_callers.push(caller.clone());
            }
        }
        let mut edges: BTreeMap<_, Edge> = BTreeMap::new();
        for edge in &self.edges {
            let caller = match edge.caller {
                Caller::Function(at) => functions.place(at).map(Caller::Function),
                Caller::Remote(at) => callers.place(at).map(Caller::Remote),
                caller => Some(caller),
            };
            let (Some(function), Some(caller)) = (functions.place(edge.function), caller) else {
                continue;
            };
            let none = || Edge::new(function, caller, edge.outcome.clone(), Histogram::default());
            let key = (function, caller, edge.labels());
            let sum = edges.entry(key).or_insert_with(none);
            sum.latency.add(&edge.latency);
            sum.created = [sum.created, edge.created].into_iter().flatten().min();
        }
        merged.edges = edges.into_values().collect();
        let mut flows: BTreeMap<_, FlowCalls> = BTreeMap::new();
        for calls in &self.flows {
            let Some(function) = functions.place(calls.function) else {
                continue;
            };
            let none = || FlowCalls::new(function, calls.flow.clone());
            let sum = flows.entry((function, &calls.flow)).or_insert_with(none);
            sum.add(calls);
        }
        merged.flows = flows.into_values().collect();
        for exemplar in &self.exemplars {
            if let Some(function) = functions.place(exemplar.function) {
                let mut exemplar = *exemplar;
                exemplar.function = function;
                merged.exemplars.push(exemplar);
            }
        }
        merged.keep_newest_exemplars();
        Cow::Owned(merged)
    }

    /// Returns `true` if the edges are in ascending order, as those of the run time.
    fn has_sorted_edges(&self) -> bool {
        let mut pairs = self.edges.iter().zip(self.edges.iter().skip(1));
        pairs.all(|(one, other)| one.is_before(other))
    }

    /// Returns `true` if no two edges have the same labels.
    fn has_unique_edges(&self) -> bool {
        let edges = self.edges.iter();
        let mut keys: Vec<_> = edges
            .map(|it| (it.function, it.caller, it.labels()))
            .collect();
        keys.sort_unstable();
        keys.windows(2).all(|pair| pair[0] != pair[1])
    }
}

impl Function {
    fn labels(&self) -> (&str, &str) {
        (&self.module, &self.name)
    }
}

impl Edge {
    /// Returns `true` if the edge comes before `other`; then their labels differ.
    ///
    /// Called for all edges at every scrape, so the cheapest comparison comes first.
    fn is_before(&self, other: &Self) -> bool {
        if self.function != other.function {
            return self.function < other.function;
        }
        if self.caller != other.caller {
            return self.caller < other.caller;
        }
        self.labels() < other.labels()
    }

    /// Returns the labels of the edge's outcome. An empty error kind equals a missing one.
    fn labels(&self) -> (bool, &str) {
        match &self.outcome {
            Outcome::Ok => (false, ""),
            Outcome::Error(kind) => (true, kind.as_deref().unwrap_or_default()),
        }
    }
}

impl FlowCalls {
    fn labels(&self) -> (usize, &str) {
        (self.function, &self.flow)
    }
}

impl RemoteCaller {
    fn labels(&self) -> (&str, &str, &str) {
        (&self.service, &self.module, &self.function)
    }
}

/// Returns `true` if the labels are in ascending order, so that no two are the same.
fn is_sorted<'a, T, L: Ord>(all: &'a [T], labels: impl Fn(&'a T) -> L) -> bool {
    let mut pairs = all.iter().zip(all.iter().skip(1));
    pairs.all(|(one, other)| labels(one) < labels(other))
}

/// Maps each item to its position among the items with distinct labels.
struct Deduplicated {
    places: Vec<usize>,
    /// Number of items with distinct labels.
    count: usize,
}

impl Deduplicated {
    fn of<'a, T, L: Hash + Eq>(all: &'a [T], labels: impl Fn(&'a T) -> L) -> Self {
        let mut known = HashMap::new();
        let places = all.iter().map(|one| {
            let next = known.len();
            *known.entry(labels(one)).or_insert(next)
        });
        Self {
            places: places.collect(),
            count: known.len(),
        }
    }

    fn are_distinct(&self) -> bool {
        self.count == self.places.len()
    }

    fn place(&self, at: usize) -> Option<usize> {
        self.places.get(at).copied()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        borrow::Cow,
        time::{Duration, SystemTime},
    };

    use slo_spec::Objective;

    use super::super::{Caller, Edge, Exemplar, Function, Histogram, Outcome, Snapshot};
    use crate::{RemoteCaller, TraceContext};

    fn edge(function: usize, caller: Caller, outcome: Outcome, calls: u64) -> Edge {
        Edge::new(function, caller, outcome, Histogram::new([calls], 0.5))
    }

    #[test]
    fn adds_up_functions_callers_and_edges_with_the_same_labels() {
        let mut snapshot = Snapshot::new("shop");
        let slo = |name| Objective::new(name).success_rate(99.0);
        for objective in [slo("a"), slo("b"), slo("a")] {
            let mut function = Function::new("shop", "pay");
            function.objectives = vec![objective];
            function.in_flight = Some(1);
            function.suppressed_events = Some(2);
            snapshot.functions.push(function);
        }
        let web = RemoteCaller::new("web", "", "get").unwrap();
        snapshot.remote_callers = vec![web.clone(), web];
        snapshot.edges = vec![
            edge(0, Caller::Remote(1), Outcome::Ok, 1),
            edge(2, Caller::None, Outcome::Error(None), 2),
            edge(1, Caller::Remote(0), Outcome::Ok, 3),
            edge(0, Caller::None, Outcome::Error(Some("".into())), 4),
            edge(0, Caller::Function(2), Outcome::Ok, 5),
            edge(1, Caller::Function(1), Outcome::Ok, 6),
            edge(9, Caller::None, Outcome::Ok, 7),
        ];
        let exemplar = |function, millis| {
            let latency = Duration::from_millis(millis);
            let trace = TraceContext::new(1, 1, true);
            Exemplar::new(function, 0, latency, SystemTime::UNIX_EPOCH, trace)
        };
        snapshot.exemplars = vec![exemplar(1, 100), exemplar(0, 200)];

        let merged = snapshot.merged();
        let [pay] = &*merged.functions else {
            panic!("{:?}", merged.functions)
        };
        let names: Vec<_> = pay.objectives.iter().map(Objective::name).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!((pay.in_flight, pay.suppressed_events), (Some(3), Some(6)));
        assert_eq!(merged.remote_callers.len(), 1);
        let edges: Vec<_> = merged
            .edges
            .iter()
            .map(|it| {
                (
                    it.function,
                    it.caller,
                    it.outcome.result(),
                    it.latency.count(),
                )
            })
            .collect();
        assert_eq!(
            edges,
            [
                (0, Caller::None, "error", 6),
                (0, Caller::Function(0), "ok", 11),
                (0, Caller::Remote(0), "ok", 4),
            ]
        );
        assert_eq!(merged.exemplars.len(), 1);
    }

    #[test]
    fn borrows_a_snapshot_without_duplicates_in_any_order() {
        let mut snapshot = Snapshot::new("shop");
        snapshot.functions = vec![Function::new("shop", "b"), Function::new("shop", "a")];
        snapshot.edges = vec![
            edge(1, Caller::None, Outcome::Ok, 1),
            edge(0, Caller::None, Outcome::Ok, 2),
        ];
        assert!(matches!(snapshot.merged(), Cow::Borrowed(_)));
    }
}
