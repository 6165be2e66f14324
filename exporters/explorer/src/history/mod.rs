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
mod follow;
mod latencies;
mod series;
#[cfg(test)]
mod tests;
mod timeline;

use std::collections::HashMap;

use autometrics_core::{BuildInfo, Caller, FineBuckets, Sli, Snapshot, Text};
use slo_spec::Objective;

use self::{
    follow::Follower,
    latencies::{Latencies, Sums},
    series::{Fold, Row, Series},
    timeline::Timeline,
};
pub(crate) use self::{
    series::Ring,
    timeline::{COARSE_SECONDS, FINE_SECONDS, Span, Step, Steps, as_seconds},
};

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

/// What is known of a function.
#[derive(Debug)]
pub(crate) struct Function {
    /// `module::name`, which nothing else has.
    pub(crate) id: String,
    pub(crate) module: Text,
    pub(crate) name: Text,
    pub(crate) package: Text,
    pub(crate) file: Text,
    pub(crate) line: u32,
    pub(crate) objectives: Vec<Objective>,
    /// Its calls, by each promise of its objectives.
    pub(crate) judged: Vec<Judged>,
    pub(crate) calls: Text,
    /// Whether a call has ended since the program began.
    pub(crate) called: bool,
    pub(crate) cancelled: Option<u64>,
    pub(crate) in_flight: Option<u64>,
    pub(crate) kinds: Vec<Kind>,
    /// Since the program began.
    latencies: Latencies,
    latency: Option<Series<Latencies>>,
    flights: Option<Series<[u64; 1]>>,
}

/// The calls of a function, as one promise of an objective judges them.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) objective: Objective,
    pub(crate) sli: Sli,
    /// Since the program began.
    pub(crate) total: Count,
    series: Option<Series<[u64; 2]>>,
}

/// Good and bad calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) good: u64,
    pub(crate) bad: u64,
}

/// One kind of error of a function.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Empty for errors that have none.
    pub(crate) name: Text,
    /// Since the program began.
    pub(crate) total: u64,
    series: Option<Series<[u64; 1]>>,
}

/// Calls of one function by one caller.
#[derive(Debug)]
pub(crate) struct Edge {
    /// A place in [`History::functions`].
    pub(crate) callee: usize,
    /// [`Caller::Function`] has a place in [`History::functions`].
    pub(crate) caller: Caller,
    /// Since the program began.
    pub(crate) total: Flow,
    series: Option<Series<[u64; 3]>>,
    /// From when the program began until the last step of `latency` ended.
    latencies: Latencies,
    latency: Option<Series<Latencies>>,
}

/// Calls, how many of them failed, and how long they took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flow {
    pub(crate) calls: u64,
    pub(crate) errors: u64,
    pub(crate) nanos: u64,
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

    /// Adds what happened until `now`, in seconds on a clock that never goes back.
    ///
    /// The first snapshot is where counting begins; it makes no step.
    pub(crate) fn record(&mut self, now: f64, snapshot: Snapshot) {
        let mut follower = std::mem::take(&mut self.follower);
        follower.read(self, &snapshot);
        if self.snapshot.is_some() {
            let ends_coarse = self.timeline.push(now, self.steps);
            follower.write(self, &snapshot, ends_coarse);
            if self.edge_timeline.is_due(now) {
                let steps = self.steps_of_edges();
                let ends_coarse = self.edge_timeline.push(now, steps);
                follower.write_edges(self, &snapshot, ends_coarse, steps);
            }
        } else {
            self.timeline.begin(now);
            self.edge_timeline.begin(now);
            follower.read_latencies(self, &snapshot, |_, _| ());
            follower.read_edges(self, &snapshot, |_, _| ());
        }
        follower.keep_totals(self);
        self.follower = follower;
        self.snapshot = Some(snapshot);
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

    /// Latencies of an edge in a span of [`Self::last_of_edges`], and since then.
    pub(crate) fn latencies_of_edge(&self, place: usize, span: &Span) -> FineBuckets {
        let edge = &self.edges[place];
        let mut sums = Sums::default();
        if let Some(snapshot) = &self.snapshot {
            let latencies = self.follower.latencies(edge.callee, place, snapshot);
            latencies.for_each(|latency| sums.add_histogram(latency, &snapshot.bounds));
            sums.subtract(&edge.latencies);
        }
        if let Some(series) = &edge.latency {
            series.visit(span, |place, calls| sums.add(place, calls));
        }
        sums.buckets()
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

/// Adds a step to a series, which begins with the first number above zero.
fn write<R: Row>(
    series: &mut Option<Series<R>>,
    row: &R,
    fold: Fold,
    ends_coarse: bool,
    steps: Steps,
) {
    if series.is_some() || row.numbers().next().is_some() {
        let series = series.get_or_insert_with(Series::new);
        series.push(row, fold, ends_coarse, steps);
    }
}

#[cfg(test)]
fn bytes<R: Row>(series: Option<&Series<R>>) -> usize {
    series.map_or(0, Series::bytes)
}

impl Function {
    /// Latencies of the calls in `span`.
    pub(crate) fn latencies_in(&self, span: &Span) -> FineBuckets {
        let mut sums = Sums::default();
        if let Some(series) = &self.latency {
            series.visit(span, |place, calls| sums.add(place, calls));
        }
        sums.buckets()
    }

    /// Latencies of the calls in the step of an age.
    pub(crate) fn latencies_at(&self, ring: Ring, age: usize) -> FineBuckets {
        let mut sums = Sums::default();
        if let Some(series) = &self.latency {
            series.visit_steps(ring, age, 1, |place, calls| sums.add(place, calls));
        }
        sums.buckets()
    }

    /// The number of calls in `count` steps, the newest of them of an age.
    pub(crate) fn calls_at(&self, ring: Ring, age: usize, count: usize) -> u64 {
        let mut sum = 0_u64;
        if let Some(series) = &self.latency {
            series.visit_steps(ring, age, count, |_, calls| sum = sum.saturating_add(calls));
        }
        sum
    }

    /// Calls in flight at the end of a step, if they are tracked.
    pub(crate) fn in_flight_at(&self, ring: Ring, age: usize) -> u64 {
        let mut last = 0;
        if let Some(series) = &self.flights {
            series.visit_steps(ring, age, 1, |_, number| last = number);
        }
        last
    }

    #[cfg(test)]
    fn bytes(&self) -> usize {
        let kinds = self.kinds.iter().map(|kind| bytes(kind.series.as_ref()));
        let judged = self
            .judged
            .iter()
            .map(|judged| bytes(judged.series.as_ref()));
        self.latencies.bytes()
            + bytes(self.latency.as_ref())
            + bytes(self.flights.as_ref())
            + kinds.chain(judged).sum::<usize>()
    }
}

impl Kind {
    /// Errors of the kind in `span`.
    pub(crate) fn errors_in(&self, span: &Span) -> u64 {
        let sums = self.series.as_ref().map(|series| series.sums_in(span));
        sums.map_or(0, |[errors]| errors)
    }

    /// Errors of the kind in the step of an age.
    pub(crate) fn errors_at(&self, ring: Ring, age: usize) -> u64 {
        let mut errors = 0;
        if let Some(series) = &self.series {
            series.visit_steps(ring, age, 1, |_, number| errors = number);
        }
        errors
    }
}

impl Judged {
    /// Returns the calls that were judged in `span`.
    pub(crate) fn count_in(&self, span: &Span) -> Count {
        let sums = self.series.as_ref().map(|series| series.sums_in(span));
        sums.map_or(Count::default(), |[good, bad]| Count { good, bad })
    }
}

impl Count {
    /// Returns the number of all calls.
    pub(crate) fn calls(self) -> u64 {
        self.good.saturating_add(self.bad)
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.good = self.good.saturating_add(other.good);
        self.bad = self.bad.saturating_add(other.bad);
    }

    fn since(self, before: Self) -> [u64; 2] {
        [
            self.good.saturating_sub(before.good),
            self.bad.saturating_sub(before.bad),
        ]
    }
}

impl Edge {
    /// What it had in `span`.
    pub(crate) fn flow_in(&self, span: &Span) -> Flow {
        let sums = self.series.as_ref().map(|series| series.sums_in(span));
        sums.map_or(Flow::default(), Flow::of)
    }

    #[cfg(test)]
    fn bytes(&self) -> usize {
        bytes(self.series.as_ref()) + bytes(self.latency.as_ref()) + self.latencies.bytes()
    }
}

impl Flow {
    /// Errors come last, as there are mostly none: a row then has no gap.
    fn of([calls, nanos, errors]: [u64; 3]) -> Self {
        Self {
            calls,
            errors,
            nanos,
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.errors = self.errors.saturating_add(other.errors);
        self.nanos = self.nanos.saturating_add(other.nanos);
    }

    fn since(self, before: Self) -> [u64; 3] {
        [
            self.calls.saturating_sub(before.calls),
            self.nanos.saturating_sub(before.nanos),
            self.errors.saturating_sub(before.errors),
        ]
    }
}
