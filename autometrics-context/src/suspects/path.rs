//! Path of a walk, from its start to the cause.

use super::graph::{Change, Measure};

/// Result of a walk.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WalkResult {
    pub(crate) measure: Measure,
    /// `true` if the walk followed errors that are not new.
    pub(crate) lasting: bool,
    /// Functions from the start of the walk to its end, at least one.
    pub(crate) path: Vec<Station>,
    /// Callee before which the walk stopped, because it had no such rise for its other callers.
    pub(crate) cleared: Option<usize>,
    /// Sentence that describes the rise, and explanation the walk ended where it did.
    pub(crate) explanation: String,
    /// Weight of the result: the share of the rise that the path explains, times the share of the
    /// rise in today's amount per call.
    pub(crate) score: f64,
}

/// Function on the path, with the amounts of the edge to it. The first one has its own amounts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Station {
    pub(crate) function: usize,
    /// Amount before, scaled to today's traffic of the caller.
    pub(crate) before: f64,
    pub(crate) now: f64,
    /// Share of the rise at the start of the walk that went through this function.
    pub(crate) share: f64,
    /// Share of the rise here that no callee explains.
    pub(crate) own_share: f64,
    /// Number of calls per call of the caller, before and now.
    pub(crate) per_call: Option<(f64, f64)>,
    /// `true` if that number grew by a larger factor than the amount per call.
    pub(crate) is_storm: bool,
}

/// Callee that rose for the caller on the path, and not so for its other callers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cleared {
    pub(crate) callee: usize,
    /// Load of the calls by other callers.
    pub(crate) others: Change,
}

impl WalkResult {
    /// Returns the function at which the walk ended.
    pub(crate) fn suspect(&self) -> usize {
        self.path.last().map_or(0, |station| station.function)
    }
}

impl Station {
    pub(crate) fn rise(&self) -> f64 {
        self.now - self.before
    }
}
