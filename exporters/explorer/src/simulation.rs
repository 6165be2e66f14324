//! A simulated program that runs through hours in a moment, for tests.

use std::time::Duration;

use autometrics_core::{Caller, Edge, FlowCalls, Function, Histogram, Outcome, Snapshot};

use crate::history::{History, Steps};

/// Default sizes of the rings.
pub(crate) const STEPS: Steps = Steps {
    fine: 300,
    coarse: 720,
};

/// A program with its counts and their history.
pub(crate) struct Simulation {
    pub(crate) snapshot: Snapshot,
    pub(crate) history: History,
    pub(crate) now: f64,
}

impl Simulation {
    /// Creates a program with these functions of module `shop`, which must be sorted. Sampling
    /// begins at 0 s.
    pub(crate) fn new(functions: &[&str]) -> Self {
        let mut snapshot = Snapshot::new("shop");
        snapshot.bounds = vec![0.01, 0.1, 0.2, 1.0];
        let functions = functions.iter().map(|&name| name.to_owned());
        snapshot.functions = functions.map(|name| Function::new("shop", name)).collect();
        let mut simulation = Self {
            snapshot,
            history: History::new(STEPS),
            now: 0.0,
        };
        simulation.record();
        simulation
    }

    /// Records `calls` calls of `callee` by `caller`, which take `seconds` each.
    pub(crate) fn call(
        &mut self,
        caller: Option<&str>,
        callee: &str,
        outcome: &Outcome,
        calls: u64,
        seconds: f64,
    ) {
        let place = |name: &str| {
            let functions = &self.snapshot.functions;
            functions.iter().position(|function| function.name == name)
        };
        let caller = caller.map_or(Caller::None, |caller| {
            Caller::Function(place(caller).expect("a caller"))
        });
        let key = (place(callee).expect("a callee"), caller, outcome.clone());
        let edges = &mut self.snapshot.edges;
        let of = |edge: &Edge| (edge.function, edge.caller, edge.outcome.clone());
        let at = edges.binary_search_by(|edge| of(edge).cmp(&key));
        let at = at.unwrap_or_else(|at| {
            edges.insert(at, Edge::new(key.0, key.1, key.2, Histogram::default()));
            at
        });
        let latency = Duration::from_secs_f64(seconds);
        edges[at]
            .latency
            .record(latency, calls, &self.snapshot.bounds);
    }

    /// Records successful calls.
    pub(crate) fn ok(&mut self, caller: Option<&str>, callee: &str, calls: u64, seconds: f64) {
        self.call(caller, callee, &Outcome::Ok, calls, seconds);
    }

    /// Counts calls of `function` in a flow, which take `seconds` together.
    pub(crate) fn in_flow(
        &mut self,
        function: &str,
        flow: &str,
        ok: u64,
        errors: u64,
        seconds: f64,
    ) {
        let functions = &self.snapshot.functions;
        let place = functions.iter().position(|it| it.name == function);
        let place = place.expect("a function");
        let flows = &mut self.snapshot.flows;
        let of = |calls: &FlowCalls| (calls.function, calls.flow.clone());
        let at = flows.binary_search_by(|calls| of(calls).cmp(&(place, flow.to_owned().into())));
        let at = at.unwrap_or_else(|at| {
            flows.insert(at, FlowCalls::new(place, flow.to_owned()));
            at
        });
        flows[at].ok += ok;
        flows[at].errors += errors;
        flows[at].seconds += seconds;
    }

    /// Records calls that fail with an error kind.
    pub(crate) fn fail(&mut self, caller: Option<&str>, callee: &str, kind: &str, calls: u64) {
        let outcome = Outcome::Error(Some(kind.to_owned().into()));
        self.call(caller, callee, &outcome, calls, 0.005);
    }

    /// Advances by a second and takes a sample.
    pub(crate) fn second(&mut self) {
        self.now += 1.0;
        self.record();
    }

    /// Advances by `seconds` seconds, and runs `what` in each.
    pub(crate) fn seconds(&mut self, seconds: usize, mut what: impl FnMut(&mut Self)) {
        for _ in 0..seconds {
            what(self);
            self.second();
        }
    }

    fn record(&mut self) {
        self.history.record(self.now, self.snapshot.clone());
    }
}
