//! Functions and edges of the history, with their counts.

use std::borrow::Cow;

use autometrics_core::{self as core, Caller, FineBuckets, Sli};
use slo_spec::Objective;

use super::{
    latencies::{Latencies, Sums},
    series::{Rollup, Row, Series},
    timeline::{Ring, Span, Steps},
};

/// Function and its counts.
#[derive(Debug)]
pub(crate) struct Function {
    /// Unique id, `module::name`.
    pub(crate) id: String,
    pub(crate) module: Cow<'static, str>,
    pub(crate) name: Cow<'static, str>,
    pub(crate) package: Cow<'static, str>,
    pub(crate) file: Cow<'static, str>,
    pub(crate) line: u32,
    pub(crate) objectives: Vec<Objective>,
    /// Its good and bad calls, for each promise of its objectives.
    pub(crate) promises: Vec<PromiseCounts>,
    pub(crate) calls: Cow<'static, str>,
    /// `true` once a call has finished since the program began.
    pub(crate) called: bool,
    pub(crate) cancelled: Option<u64>,
    pub(crate) in_flight: Option<u64>,
    pub(crate) kinds: Vec<Kind>,
    /// Latencies of its calls since the program began.
    pub(super) latencies: Latencies,
    pub(super) latency: Option<Series<Latencies>>,
    pub(super) flights: Option<Series<[u64; 1]>>,
}

/// Good and bad calls of a function, for one promise of an objective.
#[derive(Debug)]
pub(crate) struct PromiseCounts {
    pub(crate) objective: Objective,
    pub(crate) sli: Sli,
    /// Counts since the program began.
    pub(crate) total: GoodBad,
    pub(super) series: Option<Series<[u64; 2]>>,
}

/// Good and bad calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct GoodBad {
    pub(crate) good: u64,
    pub(crate) bad: u64,
}

/// Error kind of a function.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Name, empty for errors without a kind.
    pub(crate) name: Cow<'static, str>,
    /// Number of errors since the program began.
    pub(crate) total: u64,
    pub(super) series: Option<Series<[u64; 1]>>,
}

/// Calls of one function by one caller.
#[derive(Debug)]
pub(crate) struct Edge {
    /// Index in [`History::functions`](super::History::functions).
    pub(crate) callee: usize,
    /// Caller. [`Caller::Function`] has an index in
    /// [`History::functions`](super::History::functions).
    pub(crate) caller: Caller,
    /// Counts since the program began.
    pub(crate) total: Flow,
    pub(super) series: Option<Series<[u64; 3]>>,
    /// Latencies from the beginning of the program to the end of the last step of `latency`.
    pub(super) latencies: Latencies,
    pub(super) latency: Option<Series<Latencies>>,
}

/// Calls of one function in one flow.
#[derive(Debug)]
pub(crate) struct FlowCounts {
    /// Index in [`History::functions`](super::History::functions).
    pub(crate) function: usize,
    /// Name of the flow.
    pub(crate) name: Cow<'static, str>,
    /// Counts since the program began.
    pub(crate) total: Flow,
    pub(super) series: Option<Series<[u64; 3]>>,
}

impl FlowCounts {
    /// Returns the number of calls in `count` steps, the newest of which has this age.
    pub(crate) fn calls_at(&self, ring: Ring, age: usize, count: usize) -> u64 {
        let mut sum = 0_u64;
        if let Some(series) = &self.series {
            series.visit_steps(ring, age, count, |place, number| {
                if place == Flow::CALLS {
                    sum = sum.saturating_add(number);
                }
            });
        }
        sum
    }

    /// Returns the counts in `span`.
    pub(crate) fn flow_in(&self, span: &Span) -> Flow {
        let sums = self.series.as_ref().map(|series| series.sums_in(span));
        sums.map_or(Flow::default(), Flow::of)
    }
}

/// Number of calls, number of failed calls, and the time that calls took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flow {
    pub(crate) calls: u64,
    pub(crate) errors: u64,
    pub(crate) nanos: u64,
}

impl Function {
    pub(super) fn new(function: &core::Function) -> Self {
        Self {
            id: String::new(),
            module: function.module.clone(),
            name: function.name.clone(),
            package: function.package.clone(),
            file: function.file.clone(),
            line: function.line,
            objectives: function.objectives.clone(),
            promises: Vec::new(),
            calls: function.calls.clone(),
            called: false,
            latencies: Latencies::default(),
            cancelled: None,
            in_flight: None,
            kinds: Vec::new(),
            latency: None,
            flights: None,
        }
    }

    /// Returns the latencies of the calls in `span`.
    pub(crate) fn latencies_in(&self, span: &Span) -> FineBuckets {
        let mut sums = Sums::default();
        if let Some(series) = &self.latency {
            series.visit(span, |place, calls| sums.add(place, calls));
        }
        sums.buckets()
    }

    /// Returns the latencies of the calls in the step with this age.
    pub(crate) fn latencies_at(&self, ring: Ring, age: usize) -> FineBuckets {
        let mut sums = Sums::default();
        if let Some(series) = &self.latency {
            series.visit_steps(ring, age, 1, |place, calls| sums.add(place, calls));
        }
        sums.buckets()
    }

    /// Returns the number of calls in `count` steps, the newest of which has this age.
    pub(crate) fn calls_at(&self, ring: Ring, age: usize, count: usize) -> u64 {
        let mut sum = 0_u64;
        if let Some(series) = &self.latency {
            series.visit_steps(ring, age, count, |_, calls| sum = sum.saturating_add(calls));
        }
        sum
    }

    /// Returns the calls in flight at the end of a step, or 0 if they are not tracked.
    pub(crate) fn in_flight_at(&self, ring: Ring, age: usize) -> u64 {
        let mut last = 0;
        if let Some(series) = &self.flights {
            series.visit_steps(ring, age, 1, |_, number| last = number);
        }
        last
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let kinds = self.kinds.iter().map(|kind| bytes(kind.series.as_ref()));
        let promises = self
            .promises
            .iter()
            .map(|promise| bytes(promise.series.as_ref()));
        self.latencies.bytes()
            + bytes(self.latency.as_ref())
            + bytes(self.flights.as_ref())
            + kinds.chain(promises).sum::<usize>()
    }
}

impl Kind {
    /// Returns the number of errors of the kind in `span`.
    pub(crate) fn errors_in(&self, span: &Span) -> u64 {
        let sums = self.series.as_ref().map(|series| series.sums_in(span));
        sums.map_or(0, |[errors]| errors)
    }

    /// Returns the number of errors of the kind in the step with this age.
    pub(crate) fn errors_at(&self, ring: Ring, age: usize) -> u64 {
        let mut errors = 0;
        if let Some(series) = &self.series {
            series.visit_steps(ring, age, 1, |_, number| errors = number);
        }
        errors
    }
}

impl PromiseCounts {
    /// Returns the good and bad calls in `span`.
    pub(crate) fn count_in(&self, span: &Span) -> GoodBad {
        let sums = self.series.as_ref().map(|series| series.sums_in(span));
        sums.map_or(GoodBad::default(), |[good, bad]| GoodBad { good, bad })
    }
}

impl GoodBad {
    /// Returns the number of good and bad calls together.
    pub(crate) fn calls(self) -> u64 {
        self.good.saturating_add(self.bad)
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.good = self.good.saturating_add(other.good);
        self.bad = self.bad.saturating_add(other.bad);
    }

    pub(super) fn since(self, before: Self) -> [u64; 2] {
        [
            self.good.saturating_sub(before.good),
            self.bad.saturating_sub(before.bad),
        ]
    }
}

impl Edge {
    pub(super) fn new(callee: usize, caller: Caller) -> Self {
        Self {
            callee,
            caller,
            total: Flow::default(),
            series: None,
            latencies: Latencies::default(),
            latency: None,
        }
    }

    /// Returns the counts in `span`.
    pub(crate) fn flow_in(&self, span: &Span) -> Flow {
        let sums = self.series.as_ref().map(|series| series.sums_in(span));
        sums.map_or(Flow::default(), Flow::of)
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        bytes(self.series.as_ref()) + bytes(self.latency.as_ref()) + self.latencies.bytes()
    }
}

impl Flow {
    /// Index of the calls in a row.
    const CALLS: usize = 0;

    /// Errors come last in a row, as they are mostly zero: the row then has no gap.
    pub(super) fn of([calls, nanos, errors]: [u64; 3]) -> Self {
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

    pub(super) fn since(self, before: Self) -> [u64; 3] {
        [
            self.calls.saturating_sub(before.calls),
            self.nanos.saturating_sub(before.nanos),
            self.errors.saturating_sub(before.errors),
        ]
    }
}

/// Converts seconds to whole nanoseconds, exact for sums up to 104 days.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast converts negative numbers and NaN to zero"
)]
pub(super) fn nanos(seconds: f64) -> u64 {
    (seconds * 1e9).round() as u64
}

/// Adds a step to a series. The series is created with the first row that has a number above zero.
pub(super) fn write<R: Row>(
    series: &mut Option<Series<R>>,
    row: &R,
    rollup: Rollup,
    ends_coarse: bool,
    steps: Steps,
) {
    if series.is_some() || row.numbers().next().is_some() {
        let series = series.get_or_insert_with(Series::new);
        series.push(row, rollup, ends_coarse, steps);
    }
}

#[cfg(test)]
fn bytes<R: Row>(series: Option<&Series<R>>) -> usize {
    series.map_or(0, Series::bytes)
}

/// Converts a count to `f64`.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}
