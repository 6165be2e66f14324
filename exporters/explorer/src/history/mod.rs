//! What happened lately, step by step, in memory that does not grow.
//!
//! A [`History`] is fed with snapshots, whose counters only ever rise, and keeps
//! what they rose by: of each function its latencies by fine bucket, its errors by
//! kind and its calls in flight, and of each edge its calls, errors, time and latencies.
//! Two rings hold that, by default five minutes in steps of a second and six
//! hours in steps of 30 seconds. The latencies of edges are in steps ten times as long, as there
//! are more edges than functions, and no chart shows them over time. Only what was ever called has any.
//!
//! # How much memory it takes
//!
//! Numbers take as many bytes as they need, see [`column`]. With the default
//! 1,020 steps, as long as no number of a step goes beyond 2^27 calls or 2^41 ns
//! (37 minutes, which 73 busy threads take in 30 seconds):
//!
//! | for | at most, bytes | when |
//! |---|--:|---|
//! | a function | [`FUNCTION_BYTES`] | it was ever called |
//! | a fine bucket of it | [`BUCKET_BYTES`] | a call falls into it in each step |
//! | a kind of error of it | [`KIND_BYTES`] | it ever occurred |
//! | a promise of it | [`PROMISE_BYTES`] | a call of it was ever judged |
//! | an edge | [`EDGE_BYTES`] | it was ever seen |
//! | a fine bucket of it | [`EDGE_BUCKET_BYTES`] | a call falls into it in each step |
//!
//! A fine bucket into which calls fall in few steps takes memory for those steps only.
//! Usual numbers take less. With 30 calls per second, spread over 40 buckets (a factor of 30), a
//! function takes 37 kB and an edge 16 kB: 1,000 functions with four callers each, all of them busy all the time,
//! take 99 MB.

pub(crate) mod code;
mod column;
mod counted;
mod follow;
mod follower;
mod latencies;
mod name;
mod record;
mod series;
#[cfg(test)]
mod tests;
mod timeline;

use std::collections::HashMap;

use autometrics_core::{BuildInfo, Caller, Snapshot, Text};

pub(crate) use self::{
    counted::{Count, Edge, Flow, Function, Judged, Kind},
    timeline::{COARSE_SECONDS, FINE_SECONDS, Ring, Span, Step, Steps, as_seconds},
};
use self::{follower::Follower, timeline::Timeline};

/// The most bytes for a function that was ever called, beside its buckets.
pub const FUNCTION_BYTES: usize = 8_000;
/// The most bytes for a fine bucket of a function into which calls fall in every step.
pub const BUCKET_BYTES: usize = 6_500;
/// The most bytes for a kind of error that a function ever returned.
pub const KIND_BYTES: usize = 9_500;
/// The most bytes for a promise of a function's objective by which a call was ever judged.
pub const PROMISE_BYTES: usize = 16_000;
/// The most bytes for an edge that was ever seen, beside its buckets.
pub const EDGE_BYTES: usize = 23_000;
/// The most bytes for a fine bucket of an edge into which calls fall in every step.
pub const EDGE_BUCKET_BYTES: usize = 750;

/// The latencies of edges are in steps that take so many of the others.
const STEPS_OF_EDGES: usize = 10;

/// See [the module](self).
#[derive(Debug)]
pub(crate) struct History {
    pub(crate) steps: Steps,
    timeline: Timeline,
    /// The steps of the latencies of edges.
    edge_timeline: Timeline,
    pub(crate) service: Text,
    pub(crate) build: BuildInfo,
    pub(crate) functions: Vec<Function>,
    pub(crate) edges: Vec<Edge>,
    /// The edges' places in `edges`; a caller in it is a place in `functions`.
    by_pair: HashMap<(usize, Caller), usize>,
    follower: Follower,
    /// The last one, once there is one.
    snapshot: Option<Snapshot>,
}

impl History {
    pub(crate) fn new(steps: Steps) -> Self {
        Self {
            steps,
            timeline: Timeline::new(FINE_SECONDS),
            edge_timeline: Timeline::new(FINE_SECONDS * as_seconds(STEPS_OF_EDGES)),
            service: Text::default(),
            build: BuildInfo::default(),
            functions: Vec::new(),
            edges: Vec::new(),
            by_pair: HashMap::new(),
            follower: Follower::default(),
            snapshot: None,
        }
    }

    fn steps_of_edges(&self) -> Steps {
        Steps {
            fine: self.steps.fine.div_ceil(STEPS_OF_EDGES),
            coarse: self.steps.coarse.div_ceil(STEPS_OF_EDGES),
        }
    }

    /// The steps of the latencies of edges in the last `window` seconds, to within half a step.
    pub(crate) fn last_of_edges(&self, window: f64) -> Span {
        let unfinished = self.now() - self.edge_timeline.now();
        let steps = self.steps_of_edges();
        self.edge_timeline.last(window - unfinished, steps)
    }

    /// When the last snapshot was taken.
    pub(crate) fn now(&self) -> f64 {
        self.timeline.now()
    }

    /// When the oldest step began that is kept.
    pub(crate) fn since(&self) -> f64 {
        self.timeline.since()
    }

    /// Whether there are steps of all of the last `window` seconds.
    pub(crate) fn covers(&self, window: f64) -> bool {
        // As exactly as windows are covered: to half a step.
        window <= self.memory() && self.last(window).seconds >= window - COARSE_SECONDS / 2.0
    }

    /// The last `window` seconds, or as much of them as there is.
    pub(crate) fn last(&self, window: f64) -> Span {
        self.timeline.last(window, self.steps)
    }

    /// The last `window` seconds, and as many before these.
    pub(crate) fn last_two(&self, window: f64) -> (Span, Span) {
        self.timeline.last_two(window, self.steps)
    }

    /// The steps of a ring, newest first.
    pub(crate) fn ages(&self, ring: Ring) -> impl Iterator<Item = Step> {
        self.timeline.steps(ring).iter().rev().copied()
    }

    /// How many seconds fit into memory.
    pub(crate) fn memory(&self) -> f64 {
        (as_seconds(self.steps.coarse) * COARSE_SECONDS)
            .max(as_seconds(self.steps.fine) * FINE_SECONDS)
    }

    /// The place of the function called `id`.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.functions.iter().position(|function| function.id == id)
    }

    /// The edge's place, if there are calls of it.
    pub(crate) fn edge(&self, callee: usize, caller: Caller) -> Option<usize> {
        self.by_pair.get(&(callee, caller)).copied()
    }

    /// How much memory the history holds, in bytes: that of its steps.
    #[cfg(test)]
    fn bytes(&self) -> usize {
        let functions = self.functions.iter().map(Function::bytes);
        let edges = self.edges.iter().map(Edge::bytes);
        functions.chain(edges).sum()
    }
}
