//! API endpoint `series`: one function over time, with its callers and callees.

use autometrics_core::{Caller, FineBuckets};
use serde::Serialize;

use super::{
    Head, View,
    figures::{Quantiles, per, rate, ratio},
    flows::{self, FunctionFlow},
    functions::{Row, Rows},
    heatmap::Heatmap,
    promql::{self, Query},
    sums::Sums,
};
use crate::history::{
    COARSE_SECONDS, Edge, FINE_SECONDS, Flow, Function, History, Ring, Span, Step, float,
};

/// A step longer than this many times its regular length is a gap: its counts are known, but not
/// their time within it.
const GAP: f64 = 3.0;

/// One function over time: one value per step, oldest first, null without a sample.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Series<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    /// Id of the function: `module::name`, opaque to clients.
    id: &'a str,
    /// Length of the range, in seconds.
    range_seconds: u32,
    /// Length of a step, in seconds.
    step_seconds: f64,
    /// The ends of the steps in Unix seconds.
    times: Vec<f64>,
    /// Calls per second that did not fail.
    ok_per_second: Vec<Option<f64>>,
    /// Calls per second that failed.
    errors_per_second: Vec<Option<f64>>,
    /// Calls per second that failed, by error kind, sorted by kind.
    error_kinds: Vec<KindRates<'a>>,
    /// Calls in flight at the end of the step; null if the function does not track them.
    in_flight: Option<Vec<Option<u64>>>,
    /// Median latency of the step, in seconds, at most 4.5 % off; of the last ten steps if a step
    /// is a second. Null without calls.
    p50_seconds: Vec<Option<f64>>,
    /// 95th percentile of the latency of these calls, in seconds.
    p95_seconds: Vec<Option<f64>>,
    /// 99th percentile of the latency of these calls, in seconds.
    p99_seconds: Vec<Option<f64>>,
    heatmap: Heatmap,
    /// Its callers in the range, by id.
    callers: Vec<Neighbour<'a>>,
    /// Its callees in the range, by id.
    callees: Vec<Neighbour<'a>>,
    /// The flows in which it was called in the range, by name; empty if the program does not count
    /// flows.
    flows: Vec<FunctionFlow<'a>>,
    /// Queries to copy.
    promql: Vec<Query>,
    function: Row<'a>,
}

/// Errors of one error kind.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct KindRates<'a> {
    /// The error kind; empty for errors without one.
    kind: &'a str,
    /// Errors per second and step; null without a sample.
    per_second: Vec<Option<f64>>,
}

/// A caller or callee, over the range. The time that the percentiles cover is exact to 5 s for the
/// last 10 s to 5 minutes, and to 150 s for more.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Neighbour<'a> {
    /// Its id; null for a caller that is not an instrumented function, see `overflow`.
    id: Option<&'a str>,
    /// `true` for callers beyond the cardinality limit.
    overflow: bool,
    /// Calls per second.
    calls_per_second: f64,
    /// For a caller, its share of the calls; for a callee, its share of the function's time. From 0
    /// to 1.
    share: f64,
    /// The share of these calls that failed, from 0 to 1.
    error_ratio: Option<f64>,
    /// Their mean latency, in seconds.
    mean_seconds: Option<f64>,
    #[serde(flatten)]
    quantiles: Quantiles,
}

/// Window of the function's row, in seconds.
const ROW_WINDOW: u32 = 60;

/// Returns the function with index `place` over the last `range` seconds.
pub(crate) fn series<'a>(view: &View<'a>, place: usize, range: u32) -> Series<'a> {
    let history = view.history;
    let function = &history.functions[place];
    let chart = Chart::new(history, range);
    let (latencies, errors) = (chart.latencies(function), chart.errors(function));
    let all: Vec<Option<u64>> = (0..chart.len())
        .map(|at| errors.iter().try_fold(0, |sum, kind| Some(sum + kind[at]?)))
        .collect();
    let quantiles = chart.quantiles(&latencies);
    let ok = latencies.iter().zip(&all).map(|(latencies, errors)| {
        let calls = latencies.as_ref()?.count();
        Some(calls.saturating_sub(errors.unwrap_or(0)))
    });
    let span = history.last(range.into());
    let sums = Sums::of(history, &span);
    let flow = sums.functions[place];
    let edges = Edges {
        history,
        sums: &sums,
        span: history.span_of_edges(0.0, range.into()),
    };
    Series {
        head: view.head(),
        id: &function.id,
        range_seconds: range,
        step_seconds: chart.seconds,
        times: chart.times(view.epoch),
        ok_per_second: chart.rates(ok),
        errors_per_second: chart.rates(all.iter().copied()),
        error_kinds: kinds(function, &chart, errors),
        in_flight: function.in_flight.map(|_| chart.in_flight(function)),
        p50_seconds: quantiles.iter().map(|at| at.p50_seconds).collect(),
        p95_seconds: quantiles.iter().map(|at| at.p95_seconds).collect(),
        p99_seconds: quantiles.iter().map(|at| at.p99_seconds).collect(),
        heatmap: chart.heatmap(view.epoch, &latencies),
        callers: callers(&edges, place, flow),
        callees: callees(&edges, place, flow),
        flows: flows::of_function(history, place, &span, &sums),
        // The names in the queries are constants, which are valid.
        promql: promql::queries(&history.service, function).unwrap_or_default(),
        function: Rows::new(view, ROW_WINDOW).row(place),
    }
}

/// Returns the error kinds that have occurred, sorted by name.
fn kinds<'a>(
    function: &'a Function,
    chart: &Chart,
    errors: Vec<Vec<Option<u64>>>,
) -> Vec<KindRates<'a>> {
    let mut kinds: Vec<_> = function
        .kinds
        .iter()
        .zip(errors)
        .filter(|(kind, _)| kind.total > 0)
        .map(|(kind, errors)| KindRates {
            kind: &kind.name,
            per_second: chart.rates(errors.into_iter()),
        })
        .collect();
    kinds.sort_by_key(|kind| kind.kind);
    kinds
}

/// Data shared by all neighbours.
struct Edges<'a, 'b> {
    history: &'a History,
    sums: &'b Sums,
    /// Span for the latencies of edges.
    span: Span,
}

impl<'a> Edges<'a, '_> {
    /// Returns the edges with calls in the range.
    fn called(&self) -> impl Iterator<Item = (usize, &'a Edge, Flow)> {
        let edges = self.history.edges.iter().zip(&self.sums.edges);
        let edges = edges.enumerate();
        let edges = edges.map(|(place, (edge, &flow))| (place, edge, flow));
        edges.filter(|(_, _, flow)| flow.calls > 0)
    }

    fn neighbour(
        &self,
        function: Option<usize>,
        (place, edge, flow): (usize, &Edge, Flow),
        share: Option<f64>,
    ) -> Neighbour<'a> {
        Neighbour {
            id: function.map(|function| &*self.history.functions[function].id),
            overflow: edge.caller == Caller::Overflow,
            calls_per_second: rate(flow.calls, self.sums.covered),
            share: share.unwrap_or(0.0),
            error_ratio: ratio(flow.errors, flow.calls),
            mean_seconds: ratio(flow.nanos, flow.calls).map(|nanos| nanos / 1e9),
            quantiles: Quantiles::of(&self.history.latencies_of_edge(place, &self.span)),
        }
    }
}

fn callers<'a>(edges: &Edges<'a, '_>, place: usize, all: Flow) -> Vec<Neighbour<'a>> {
    let callers = edges.called().filter(|(_, edge, _)| edge.callee == place);
    let mut callers: Vec<_> = callers
        .map(|(at, edge, flow)| {
            let share = ratio(flow.calls, all.calls);
            let caller = match edge.caller {
                Caller::Function(caller) => Some(caller),
                _ => None,
            };
            edges.neighbour(caller, (at, edge, flow), share)
        })
        .collect();
    callers.sort_by_key(|caller| (caller.id, caller.overflow));
    callers
}

fn callees<'a>(edges: &Edges<'a, '_>, place: usize, all: Flow) -> Vec<Neighbour<'a>> {
    let from_here = Caller::Function(place);
    let callees = edges
        .called()
        .filter(|(_, edge, _)| edge.caller == from_here);
    let mut callees: Vec<_> = callees
        .map(|(at, edge, flow)| {
            // Concurrent calls may take longer together than the call that waits for them.
            let share = ratio(flow.nanos, all.nanos).map(|share| share.min(1.0));
            edges.neighbour(Some(edge.callee), (at, edge, flow), share)
        })
        .collect();
    callees.sort_by_key(|callee| callee.id);
    callees
}

/// Steps of a chart, oldest first. Steps before the first sample are `None`.
struct Chart {
    ring: Ring,
    seconds: f64,
    steps: Vec<Option<Step>>,
    now: f64,
}

impl Chart {
    fn new(history: &History, range: u32) -> Self {
        let ring = if range == super::RANGES[0] {
            Ring::Fine
        } else {
            Ring::Coarse
        };
        let (seconds, count) = match ring {
            Ring::Fine => (FINE_SECONDS, 300),
            Ring::Coarse => (COARSE_SECONDS, 720),
        };
        let mut steps: Vec<_> = history.ages(ring).take(count).map(Some).collect();
        steps.resize(count, None);
        steps.reverse();
        Self {
            ring,
            seconds,
            steps,
            now: history.now(),
        }
    }

    fn len(&self) -> usize {
        self.steps.len()
    }

    /// Returns the age of the step at index `at`.
    fn age(&self, at: usize) -> usize {
        self.len() - 1 - at
    }

    /// Returns the ends of the steps in Unix seconds. Those before the first sample are
    /// extrapolated.
    fn times(&self, epoch: f64) -> Vec<f64> {
        let mut next = self.now + self.seconds;
        let mut times: Vec<_> = self
            .steps
            .iter()
            .rev()
            .map(|step| {
                next = step.map_or(next - self.seconds, |step| step.end);
                epoch + next
            })
            .collect();
        times.reverse();
        times
    }

    /// Returns the result of `of` for each step with a sample, and `None` for gaps.
    fn map<T>(&self, of: impl Fn(usize) -> T) -> Vec<Option<T>> {
        let steps = self.steps.iter().enumerate();
        let is_gap = |step: Step| step.seconds() > GAP * self.seconds;
        steps
            .map(|(at, step)| step.filter(|&step| !is_gap(step)).map(|_| of(self.age(at))))
            .collect()
    }

    fn latencies(&self, function: &Function) -> Vec<Option<FineBuckets>> {
        self.map(|age| function.latencies_at(self.ring, age))
    }

    /// Returns the number of errors per step, for each error kind of the function.
    fn errors(&self, function: &Function) -> Vec<Vec<Option<u64>>> {
        let kinds = function.kinds.iter();
        let kinds = kinds.map(|kind| self.map(|age| kind.errors_at(self.ring, age)));
        let mut kinds: Vec<_> = kinds.collect();
        if kinds.is_empty() {
            kinds.push(self.map(|_| 0));
        }
        kinds
    }

    fn in_flight(&self, function: &Function) -> Vec<Option<u64>> {
        self.map(|age| function.in_flight_at(self.ring, age))
    }

    fn rates(&self, counts: impl Iterator<Item = Option<u64>>) -> Vec<Option<f64>> {
        let steps = self.steps.iter().zip(counts);
        steps
            .map(|(step, count)| per(float(count?), (*step)?.seconds()))
            .collect()
    }

    /// Returns the quantiles at each step. Those of one-second steps cover ten steps, as a single
    /// one has too few calls.
    fn quantiles(&self, latencies: &[Option<FineBuckets>]) -> Vec<Quantiles> {
        let together = match self.ring {
            Ring::Fine => 10,
            Ring::Coarse => 1,
        };
        let quantiles_at = |at: usize| {
            let from = (at + 1).saturating_sub(together);
            match latencies[at] {
                Some(_) => Quantiles::of(&summed(&latencies[from..=at])),
                None => Quantiles::default(),
            }
        };
        (0..self.len()).map(quantiles_at).collect()
    }

    fn heatmap(&self, epoch: f64, latencies: &[Option<FineBuckets>]) -> Heatmap {
        let together: u8 = match self.ring {
            Ring::Fine => 5,
            Ring::Coarse => 10,
        };
        let columns = latencies.chunks(together.into());
        let columns: Vec<FineBuckets> = columns.map(summed).collect();
        let times = self.times(epoch);
        let ends = times.chunks(together.into());
        let ends = ends.filter_map(|times| times.last().copied());
        Heatmap::new(ends.collect(), self.seconds * f64::from(together), &columns)
    }
}

fn summed(steps: &[Option<FineBuckets>]) -> FineBuckets {
    let mut sum = FineBuckets::default();
    for latencies in steps.iter().flatten() {
        sum.merge(latencies);
    }
    sum
}
