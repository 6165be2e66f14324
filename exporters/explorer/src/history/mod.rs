//! Recent history of all counters, step by step, in bounded memory.
//!
//! A [`History`] reads snapshots, whose counters never decrease, and keeps the rise of each counter
//! per step:
//!
//! - of each function its latencies by fine bucket, its errors by kind and its calls in flight;
//! - of each edge its calls, errors, time and latencies.
//!
//! Two rings hold the steps, by default five minutes in steps of a second and six hours in steps of
//! 30 seconds. The steps of edge latencies are ten times as long, because there are more edges than
//! functions, and no chart shows these latencies over time. A function or edge has rings only once
//! it was called.
//!
//! # Memory
//!
//! Numbers have a variable length, see [`column`]. The limits below are for the default 1,020
//! steps, as long as no number of a step exceeds 2^27 calls or 2^41 ns (37 minutes, which 73 busy
//! threads take in 30 seconds):
//!
//! | for | at most, bytes | when |
//! |---|--:|---|
//! | a function | [`FUNCTION_BYTES`] | it has been called |
//! | a fine bucket of it | [`BUCKET_BYTES`] | it has calls in every step |
//! | an error kind of it | [`KIND_BYTES`] | it has occurred |
//! | a promise of it | [`PROMISE_BYTES`] | it has good or bad calls |
//! | an edge | [`EDGE_BYTES`] | it has calls |
//! | a fine bucket of it | [`EDGE_BUCKET_BYTES`] | it has calls in every step |
//! | a function in a flow | [`FLOW_BYTES`] | the program counts flows |
//!
//! A fine bucket with calls in few steps takes memory for those steps only. Usual programs take
//! less: with 30 calls per second, spread over 40 buckets (a factor of 30), a function takes 37 kB
//! and an edge 16 kB. 1,000 functions with four callers each, all of them busy all the time, take
//! 99 MB.

pub(crate) mod code;
mod compact_rows;
mod counted;
mod flows;
mod follow;
mod latencies;
mod name;
mod record;
mod series;
mod snapshot_reader;
#[cfg(test)]
mod tests;
mod timeline;

use std::{borrow::Cow, collections::HashMap};

#[cfg(feature = "mcp")]
use autometrics_core::Exemplar;
use autometrics_core::{BuildInfo, Caller, Snapshot};

pub(crate) use self::{
    counted::{Edge, Flow, FlowCounts, Function, GoodBad, Kind, PromiseCounts, float},
    timeline::{COARSE_SECONDS, FINE_SECONDS, Ring, Span, Step, Steps, as_seconds},
};
use self::{snapshot_reader::SnapshotReader, timeline::Timeline};

/// Maximum memory in bytes for a function that has been called, without its buckets.
pub const FUNCTION_BYTES: usize = 8_000;
/// Maximum memory in bytes for a fine bucket of a function, with calls in every step.
pub const BUCKET_BYTES: usize = 6_500;
/// Maximum memory in bytes for an error kind that a function has returned.
pub const KIND_BYTES: usize = 9_500;
/// Maximum memory in bytes for a promise of a function's objective that has good or bad calls.
pub const PROMISE_BYTES: usize = 16_000;
/// Maximum memory in bytes for an edge that has calls, without its buckets.
pub const EDGE_BYTES: usize = 23_000;
/// Maximum memory in bytes for the calls of a function in one flow.
pub const FLOW_BYTES: usize = 23_000;
/// Maximum memory in bytes for a fine bucket of an edge, with calls in every step.
pub const EDGE_BUCKET_BYTES: usize = 750;

/// Length of a step of edge latencies, in other steps.
const STEPS_OF_EDGES: usize = 10;

/// Recent history of all counters, see [the module](self).
#[derive(Debug)]
pub(crate) struct History {
    pub(crate) steps: Steps,
    timeline: Timeline,
    /// Steps of the latencies of edges.
    edge_timeline: Timeline,
    pub(crate) service: Cow<'static, str>,
    pub(crate) build: BuildInfo,
    pub(crate) functions: Vec<Function>,
    pub(crate) edges: Vec<Edge>,
    /// Indexes in `edges`, by indexes of callee and caller in `functions`.
    by_pair: HashMap<(usize, Caller), usize>,
    /// Calls by function and flow, if the program counts flows.
    pub(crate) flows: Vec<FlowCounts>,
    /// Indexes in `flows`, by index of the function and name of the flow.
    by_flow: HashMap<(usize, Cow<'static, str>), usize>,
    reader: SnapshotReader,
    /// Last snapshot, once there is one.
    snapshot: Option<Snapshot>,
}

impl History {
    pub(crate) fn new(steps: Steps) -> Self {
        Self {
            steps,
            timeline: Timeline::new(FINE_SECONDS),
            edge_timeline: Timeline::new(FINE_SECONDS * as_seconds(STEPS_OF_EDGES)),
            service: Cow::default(),
            build: BuildInfo::default(),
            functions: Vec::new(),
            edges: Vec::new(),
            by_pair: HashMap::new(),
            flows: Vec::new(),
            by_flow: HashMap::new(),
            reader: SnapshotReader::default(),
            snapshot: None,
        }
    }

    fn steps_of_edges(&self) -> Steps {
        Steps {
            fine: self.steps.fine.div_ceil(STEPS_OF_EDGES),
            coarse: self.steps.coarse.div_ceil(STEPS_OF_EDGES),
        }
    }

    /// When the last snapshot was taken.
    pub(crate) fn now(&self) -> f64 {
        self.timeline.now()
    }

    /// Returns the time at which the oldest step began.
    pub(crate) fn since(&self) -> f64 {
        self.timeline.since()
    }

    /// Returns `true` if there are steps for all of the last `window` seconds.
    pub(crate) fn covers(&self, window: f64) -> bool {
        // As accurate as windows are: to half a step.
        window <= self.memory() && self.last(window).seconds >= window - COARSE_SECONDS / 2.0
    }

    /// Returns the span of the last `window` seconds, or of all steps if there are fewer.
    pub(crate) fn last(&self, window: f64) -> Span {
        self.timeline.last(window, self.steps)
    }

    /// Returns the spans of the last `window` seconds, and of the same time before.
    pub(crate) fn last_two(&self, window: f64) -> (Span, Span) {
        self.timeline.last_two(window, self.steps)
    }

    /// Returns the span of the `window` seconds that ended `ago` seconds before the last snapshot.
    #[cfg(feature = "mcp")]
    pub(crate) fn span(&self, ago: f64, window: f64) -> Span {
        self.timeline.span(ago, window, self.steps)
    }

    /// Returns the same span for the latencies of edges, whose steps are longer.
    pub(crate) fn span_of_edges(&self, ago: f64, window: f64) -> Span {
        let unfinished = self.now() - self.edge_timeline.now();
        let (ago, window) = if ago <= 0.0 {
            (0.0, window - unfinished)
        } else {
            (ago - unfinished, window)
        };
        self.edge_timeline.span(ago, window, self.steps_of_edges())
    }

    /// Returns the steps of a ring, newest first.
    pub(crate) fn ages(&self, ring: Ring) -> impl Iterator<Item = Step> {
        self.timeline.steps(ring).iter().rev().copied()
    }

    /// Returns the length of the history when it is full, in seconds.
    pub(crate) fn memory(&self) -> f64 {
        (as_seconds(self.steps.coarse) * COARSE_SECONDS)
            .max(as_seconds(self.steps.fine) * FINE_SECONDS)
    }

    /// Returns the index of the function with this `id`.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.functions.iter().position(|function| function.id == id)
    }

    /// Returns the index of the edge, if it has calls.
    pub(crate) fn edge(&self, callee: usize, caller: Caller) -> Option<usize> {
        self.by_pair.get(&(callee, caller)).copied()
    }

    /// Returns the exemplars of the function with this index in the last snapshot.
    #[cfg(feature = "mcp")]
    pub(crate) fn exemplars(&self, place: usize) -> impl Iterator<Item = &Exemplar> {
        let function = self.reader.functions.iter().position(|&at| at == place);
        let snapshot = self.snapshot.iter();
        let exemplars = snapshot.flat_map(|snapshot| &snapshot.exemplars);
        exemplars.filter(move |exemplar| Some(exemplar.function) == function)
    }

    /// Returns the memory that the steps take, in bytes.
    #[cfg(test)]
    fn bytes(&self) -> usize {
        let functions = self.functions.iter().map(Function::bytes);
        let edges = self.edges.iter().map(Edge::bytes);
        functions.chain(edges).sum()
    }
}
