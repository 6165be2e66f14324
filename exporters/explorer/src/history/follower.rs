//! The state that reading snapshots keeps from one to the next.

use std::collections::HashMap;

use autometrics_core::{Caller, Text};

use super::{
    counted::{Count, Flow},
    latencies::{Latencies, Sums},
};

/// What stays from one snapshot to the next, so that reading one neither hashes
/// nor allocates as long as the program does nothing new.
#[derive(Debug, Default)]
pub(super) struct Follower {
    /// By what does not change of a function, its place in the history.
    pub(super) places: HashMap<(Text, Text, Text, u32), usize>,
    /// The place of each function of the snapshot.
    pub(super) functions: Vec<usize>,
    /// Where each edge of the snapshot is counted.
    pub(super) routes: Vec<Route>,
    /// Counts of the snapshot, by places in the history.
    pub(super) now: Counts,
    /// The edges of the snapshot that have calls, sorted: those with different outcomes, and those from other
    /// programs, are one edge of the history.
    pub(super) parts: Vec<Part>,
    /// Empty between uses.
    pub(super) sums: Sums,
    pub(super) row: Latencies,
}

#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Per function, those of each kind.
    pub(super) kinds: Vec<Vec<u64>>,
    /// Per function, those of each promise.
    pub(super) judged: Vec<Vec<Count>>,
    pub(super) edges: Vec<Flow>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    /// Places in the history.
    pub(super) callee: usize,
    pub(super) caller: Caller,
    pub(super) edge: usize,
    /// A place in the function's kinds, if it is about errors.
    pub(super) kind: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    /// Places in the history.
    pub(super) callee: usize,
    pub(super) edge: usize,
    /// The place in the snapshot.
    pub(super) at: usize,
}
