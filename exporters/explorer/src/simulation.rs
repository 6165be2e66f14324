//! A program that lives through hours at once.

use std::time::Duration;

use autometrics_core::{Caller, Edge, Function, Histogram, Outcome, Snapshot};

use crate::history::{History, Steps};

/// The rings as they are unless set otherwise.
pub(crate) const STEPS: Steps = Steps {
    fine: 300,
    coarse: 720,
};

/// A program, what it has counted, and the history of that.
pub(crate) struct Simulation {
    pub(crate) snapshot: Snapshot,
    pub(crate) history: History,
    pub(crate) now: f64,
}

impl Simulation {
    /// A program with these functions of the module `shop`, sorted, which begins
    /// to be watched at 0 s.
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

    /// `calls` calls of one function by another, which take `seconds` each.
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

    /// So many successful calls.
    pub(crate) fn ok(&mut self, caller: Option<&str>, callee: &str, calls: u64, seconds: f64) {
        self.call(caller, callee, &Outcome::Ok, calls, seconds);
    }

    /// So many calls that fail with a kind of error.
    pub(crate) fn fail(&mut self, caller: Option<&str>, callee: &str, kind: &str, calls: u64) {
        let outcome = Outcome::Error(Some(kind.to_owned().into()));
        self.call(caller, callee, &outcome, calls, 0.005);
    }

    /// A second passes, and is sampled.
    pub(crate) fn second(&mut self) {
        self.now += 1.0;
        self.record();
    }

    /// So many seconds pass, in each of which `what` happens.
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
