//! Sums of all functions and edges over a window.

use autometrics_core::Caller;

use super::figures::{rate, seconds};
use crate::history::{Flow, History, Span};

/// Sums over one window, or over the whole run of the program.
#[derive(Debug)]
pub(super) struct Sums {
    /// Time that the window covers, in seconds.
    pub(super) covered: f64,
    /// Counts by index of the function in the history.
    pub(super) functions: Vec<Flow>,
    /// Counts by index of the edge in the history.
    pub(super) edges: Vec<Flow>,
    /// Time of each function without the time of its callees, in nanoseconds.
    own_nanos: Vec<u64>,
}

impl Sums {
    /// Returns the sums over `span`.
    pub(super) fn of(history: &History, span: &Span) -> Self {
        let flows = history.edges.iter().map(|edge| edge.flow_in(span));
        Self::new(history, span.seconds, flows.collect())
    }

    /// Returns the sums since the program began.
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
        // Async calls may run concurrently, and then take longer together than the call that waits
        // for them.
        let own = functions.iter().zip(callees);
        let own_nanos = own.map(|(flow, callees)| flow.nanos.saturating_sub(callees));
        Self {
            covered,
            own_nanos: own_nanos.collect(),
            functions,
            edges,
        }
    }

    /// Returns the function's own time, in seconds per second.
    pub(super) fn own_time(&self, function: usize) -> f64 {
        rate(self.own_nanos[function], self.covered) / 1e9
    }

    /// Returns the own time of all functions, in seconds.
    pub(super) fn all_own_seconds(&self) -> f64 {
        self.own_nanos.iter().map(|&nanos| seconds(nanos)).sum()
    }

    /// Returns the function's own time, in seconds.
    pub(super) fn own_seconds(&self, function: usize) -> f64 {
        seconds(self.own_nanos[function])
    }
}
