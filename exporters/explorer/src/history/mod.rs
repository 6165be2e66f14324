//! What happened lately, step by step, in memory that does not grow.
//!
//! A [`History`] is fed with snapshots, whose counters only ever rise, and keeps
//! what they rose by: of each function its latencies by bucket, its errors by
//! kind and its calls in flight, and of each edge its calls, errors and time.
//! Two rings hold that, by default five minutes in steps of a second and six
//! hours in steps of 30 seconds. Only what was ever called has any.
//!
//! # How much memory it takes
//!
//! Numbers take as many bytes as they need, see [`column`]. With the default
//! 1,020 steps, as long as no number of a step goes beyond 2^28 calls or 2^42 ns
//! (73 minutes, which 146 busy threads take in 30 seconds):
//!
//! | for | at most, bytes | when |
//! |---|--:|---|
//! | a function | [`FUNCTION_BYTES`] | it was ever called |
//! | a bucket of it | [`BUCKET_BYTES`] | a call ever fell into it |
//! | a kind of error of it | [`KIND_BYTES`] | it ever occurred |
//! | a promise of it | [`PROMISE_BYTES`] | a call of it was ever judged |
//! | an edge | [`EDGE_BYTES`] | it was ever seen |
//!
//! Usual numbers take half of that: with some 30 calls per second an edge takes 12 kB,
//! and a function whose calls fall into four buckets as much.

pub(crate) mod code;
mod column;
mod follow;
mod series;
#[cfg(test)]
mod tests;
mod timeline;

use std::collections::HashMap;

use autometrics_core::{BuildInfo, Caller, Sli, Snapshot, Text};
use slo_spec::Objective;

use self::{
    follow::Follower,
    series::{Fold, Series},
    timeline::Timeline,
};
pub(crate) use self::{
    series::Ring,
    timeline::{COARSE_SECONDS, FINE_SECONDS, Span, Step, Steps, as_seconds},
};

/// The most bytes for a function that was ever called, beside its buckets.
pub const FUNCTION_BYTES: usize = 8_000;
/// The most bytes for a bucket of a function into which a call ever fell.
pub const BUCKET_BYTES: usize = 6_500;
/// The most bytes for a kind of error that a function ever returned.
pub const KIND_BYTES: usize = 9_500;
/// The most bytes for a promise of a function's objective by which a call was ever judged.
pub const PROMISE_BYTES: usize = 16_000;
/// The most bytes for an edge that was ever seen.
pub const EDGE_BYTES: usize = 22_000;

/// See [the module](self).
#[derive(Debug)]
pub(crate) struct History {
    pub(crate) steps: Steps,
    timeline: Timeline,
    pub(crate) service: Text,
    pub(crate) build: BuildInfo,
    /// Upper bounds of the latency buckets, in seconds.
    pub(crate) bounds: Vec<f64>,
    pub(crate) functions: Vec<Function>,
    pub(crate) edges: Vec<Edge>,
    /// The edges' places in `edges`; a caller in it is a place in `functions`.
    by_pair: HashMap<(usize, Caller), usize>,
    follower: Follower,
    begun: bool,
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
    /// Calls by bucket, since the program began.
    pub(crate) buckets: Vec<u64>,
    pub(crate) cancelled: Option<u64>,
    pub(crate) in_flight: Option<u64>,
    pub(crate) kinds: Vec<Kind>,
    latency: Option<Series>,
    flights: Option<Series>,
}

/// The calls of a function, as one promise of an objective judges them.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) objective: Objective,
    pub(crate) sli: Sli,
    /// Since the program began.
    pub(crate) total: Count,
    series: Option<Series>,
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
    series: Option<Series>,
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
    series: Option<Series>,
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
            timeline: Timeline::default(),
            service: Text::default(),
            build: BuildInfo::default(),
            bounds: Vec::new(),
            functions: Vec::new(),
            edges: Vec::new(),
            by_pair: HashMap::new(),
            follower: Follower::default(),
            begun: false,
        }
    }

    /// Adds what happened until `now`, in seconds on a clock that never goes back.
    ///
    /// The first snapshot is where counting begins; it makes no step.
    pub(crate) fn record(&mut self, now: f64, snapshot: &Snapshot) {
        let mut follower = std::mem::take(&mut self.follower);
        follower.read(self, snapshot);
        if self.begun {
            let ends_coarse = self.timeline.push(now, self.steps);
            follower.write(self, ends_coarse);
        } else {
            self.begun = true;
            self.timeline.begin(now);
        }
        follower.keep_totals(self);
        self.follower = follower;
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
        let series = |series: &Option<Series>| series.as_ref().map_or(0, Series::bytes);
        let kinds = |function: &Function| -> usize {
            function.kinds.iter().map(|kind| series(&kind.series)).sum()
        };
        let functions = self.functions.iter().map(|function| {
            let judged = function.judged.iter().map(|judged| series(&judged.series));
            series(&function.latency)
                + series(&function.flights)
                + kinds(function)
                + judged.sum::<usize>()
        });
        let edges = self.edges.iter().map(|edge| series(&edge.series));
        functions.chain(edges).sum()
    }
}

impl Function {
    /// Calls by bucket in `span`.
    pub(crate) fn buckets_in(&self, span: &Span) -> Vec<u64> {
        let mut buckets = vec![0; self.buckets.len()];
        if let Some(series) = &self.latency {
            series.add_to(&mut buckets, span);
        }
        buckets
    }

    /// Adds the calls by bucket of `count` steps to `buckets`, the newest of them
    /// of an age.
    pub(crate) fn add_buckets(&self, buckets: &mut [u64], ring: Ring, age: usize, count: usize) {
        if let Some(series) = &self.latency {
            series.add_steps(buckets, ring, age, count);
        }
    }

    /// Calls in flight at the end of a step, if they are tracked.
    pub(crate) fn in_flight_at(&self, ring: Ring, age: usize) -> u64 {
        let mut number = [0];
        if let Some(series) = &self.flights {
            series.add_steps(&mut number, ring, age, 1);
        }
        number[0]
    }

    /// Whether a call has ended since the program began.
    pub(crate) fn was_called(&self) -> bool {
        self.buckets.iter().any(|&calls| calls > 0)
    }
}

impl Kind {
    /// Errors of the kind in `span`.
    pub(crate) fn errors_in(&self, span: &Span) -> u64 {
        let mut number = [0];
        if let Some(series) = &self.series {
            series.add_to(&mut number, span);
        }
        number[0]
    }

    /// Errors of the kind in the step of an age.
    pub(crate) fn errors_at(&self, ring: Ring, age: usize) -> u64 {
        let mut number = [0];
        if let Some(series) = &self.series {
            series.add_steps(&mut number, ring, age, 1);
        }
        number[0]
    }
}

impl Judged {
    /// Returns the calls that were judged in `span`.
    pub(crate) fn count_in(&self, span: &Span) -> Count {
        let mut numbers = [0; 2];
        if let Some(series) = &self.series {
            series.add_to(&mut numbers, span);
        }
        let [good, bad] = numbers;
        Count { good, bad }
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
        let mut numbers = [0; 3];
        if let Some(series) = &self.series {
            series.add_to(&mut numbers, span);
        }
        Flow::of(numbers)
    }
}

impl Flow {
    fn of([calls, errors, nanos]: [u64; 3]) -> Self {
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
            self.errors.saturating_sub(before.errors),
            self.nanos.saturating_sub(before.nanos),
        ]
    }
}
