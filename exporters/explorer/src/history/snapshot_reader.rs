//! The state that reading snapshots keeps from one to the next.

use std::{borrow::Cow, collections::HashMap};

use autometrics_core::Caller;

use super::{
    counted::{Flow, GoodBad},
    latencies::{Latencies, Sums},
};

/// State between snapshots. With it, reading a snapshot neither hashes
/// nor allocates as long as the program does nothing new.
#[derive(Debug, Default)]
pub(super) struct SnapshotReader {
    /// Indexes in the history.
    pub(super) places: HashMap<FunctionKey, usize>,
    /// Index in the history of each function of the snapshot.
    pub(super) functions: Vec<usize>,
    /// Index of the edge and error kind in the history, for each edge of the snapshot.
    pub(super) routes: Vec<Route>,
    /// Counts of the snapshot, by indexes in the history.
    pub(super) now: Counts,
    /// The edges of the snapshot that have calls, sorted: those with different outcomes, and those from other
    /// programs, are one edge of the history.
    pub(super) parts: Vec<Part>,
    /// Empty between uses.
    pub(super) sums: Sums,
    pub(super) row: Latencies,
}

/// Module, name, file and line of a function, which never change.
pub(super) type FunctionKey = (Cow<'static, str>, Cow<'static, str>, Cow<'static, str>, u32);

#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Number of errors per function and error kind.
    pub(super) kinds: Vec<Vec<u64>>,
    /// Good and bad calls per function and promise.
    pub(super) promises: Vec<Vec<GoodBad>>,
    pub(super) edges: Vec<Flow>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    /// Index of the function in the history.
    pub(super) callee: usize,
    pub(super) caller: Caller,
    pub(super) edge: usize,
    /// Index in the function's error kinds, for edges with an error.
    pub(super) kind: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    /// Index of the function in the history.
    pub(super) callee: usize,
    pub(super) edge: usize,
    /// Index of the edge in the snapshot.
    pub(super) at: usize,
}
