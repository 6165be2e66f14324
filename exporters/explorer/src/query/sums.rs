//! What all functions and edges did in a window.

use autometrics_core::Caller;

use super::figures::{rate, seconds};
use crate::history::{Flow, History, Span};

/// Sums over one window, or over the whole run.
#[derive(Debug)]
pub(super) struct Sums {
    /// What the window covers.
    pub(super) covered: f64,
    /// By place in the history.
    pub(super) functions: Vec<Flow>,
    /// By place in the history.
    pub(super) edges: Vec<Flow>,
    /// Time of functions without that of the functions that they called.
    own_nanos: Vec<u64>,
}

impl Sums {
    /// Those of `span`.
    pub(super) fn of(history: &History, span: &Span) -> Self {
        let flows = history.edges.iter().map(|edge| edge.flow_in(span));
        Self::new(history, span.seconds, flows.collect())
    }

    /// Those since the program began.
    pub(super) fn total(history: &History) -> Self {
        let flows = history.edges.iter().map(|edge| edge.total);
        Self::new(history, 0.0, flows.collect())
    }

    fn new(history: &History, covered: f64, edges: Vec<Flow>) -> Self {
        let mut functions = vec![Flow::default(); history.functions.len()];
        let mut callees = vec![0_u64; history.functions.len()];
        for (edge, flow) in history.edges.iter().zip(&edges) {
            functions[edge.callee].add(*flow);
            if let Caller::Function(caller) = edge.caller {
                callees[caller] = callees[caller].saturating_add(flow.nanos);
            }
        }
        // Calls of async functions may run side by side, and take more time
        // together than the one that waits for them.
        let own = functions.iter().zip(callees);
        let own_nanos = own.map(|(flow, callees)| flow.nanos.saturating_sub(callees));
        Self {
            covered,
            own_nanos: own_nanos.collect(),
            functions,
            edges,
        }
    }

    /// Seconds of a function itself, per second.
    pub(super) fn own_time(&self, function: usize) -> f64 {
        rate(self.own_nanos[function], self.covered) / 1e9
    }

    /// Seconds of all functions themselves.
    pub(super) fn all_own_seconds(&self) -> f64 {
        self.own_nanos.iter().map(|&nanos| seconds(nanos)).sum()
    }

    /// Seconds of a function itself.
    pub(super) fn own_seconds(&self, function: usize) -> f64 {
        seconds(self.own_nanos[function])
    }
}
