//! One function over time, with its callers and callees.

use autometrics_core::Caller;
use serde::Serialize;

use super::{
    Head, View,
    figures::{float, per, quantile, rate, ratio},
    functions::{Row, Rows},
    promql::{self, Query},
    sums::Sums,
};
use crate::history::{COARSE_SECONDS, FINE_SECONDS, Flow, Function, History, Ring, Step};

/// Steps that took so many times as long as they should are a gap: what was
/// counted in them is known, and when is not.
const GAP: f64 = 3.0;

/// The answer.
#[derive(Debug, Serialize)]
pub(crate) struct Series<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    id: &'a str,
    range_seconds: u32,
    step_seconds: f64,
    times: Vec<f64>,
    ok_per_second: Vec<Option<f64>>,
    errors_per_second: Vec<Option<f64>>,
    error_kinds: Vec<KindRates<'a>>,
    in_flight: Option<Vec<Option<u64>>>,
    p50_seconds: Vec<Option<f64>>,
    p95_seconds: Vec<Option<f64>>,
    p99_seconds: Vec<Option<f64>>,
    heatmap: Heatmap<'a>,
    callers: Vec<Neighbour<'a>>,
    callees: Vec<Neighbour<'a>>,
    promql: Vec<Query>,
    function: Row<'a>,
}

/// Errors of one kind.
#[derive(Debug, Serialize)]
struct KindRates<'a> {
    kind: &'a str,
    per_second: Vec<Option<f64>>,
}

/// Calls by time and latency.
#[derive(Debug, Serialize)]
struct Heatmap<'a> {
    times: Vec<f64>,
    step_seconds: f64,
    bounds_seconds: &'a [f64],
    calls: Vec<Vec<u64>>,
}

/// A caller or callee.
#[derive(Debug, Serialize)]
struct Neighbour<'a> {
    id: Option<&'a str>,
    overflow: bool,
    calls_per_second: f64,
    share: f64,
    error_ratio: Option<f64>,
    mean_seconds: Option<f64>,
}

/// The window of the function's own row.
const ROW_WINDOW: u32 = 60;

/// The function at `place` over the last `range` seconds.
pub(crate) fn series<'a>(view: &View<'a>, place: usize, range: u32) -> Series<'a> {
    let history = view.history;
    let function = &history.functions[place];
    let chart = Chart::new(history, range);
    let (buckets, errors) = (chart.buckets(function), chart.errors(function));
    let all: Vec<Option<u64>> = (0..chart.len())
        .map(|at| errors.iter().try_fold(0, |sum, kind| Some(sum + kind[at]?)))
        .collect();
    let quantiles = |q| chart.quantiles(q, &buckets, &history.bounds);
    let ok = buckets.iter().zip(&all).map(|(buckets, errors)| {
        let calls: u64 = buckets.as_ref()?.iter().sum();
        Some(calls.saturating_sub(errors.unwrap_or(0)))
    });
    let sums = Sums::of(history, &history.last(range.into()));
    let flow = sums.functions[place];
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
        p50_seconds: quantiles(0.5),
        p95_seconds: quantiles(0.95),
        p99_seconds: quantiles(0.99),
        heatmap: chart.heatmap(view, &buckets),
        callers: callers(history, &sums, place, flow),
        callees: callees(history, &sums, place, flow),
        promql: promql::queries(&history.service, function),
        function: Rows::new(view, ROW_WINDOW).row(place),
    }
}

/// The kinds that ever occurred, by name.
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

fn callers<'a>(history: &'a History, sums: &Sums, place: usize, all: Flow) -> Vec<Neighbour<'a>> {
    let edges = history.edges.iter().zip(&sums.edges);
    let callers = edges.filter(|(edge, flow)| edge.callee == place && flow.calls > 0);
    let mut callers: Vec<_> = callers
        .map(|(edge, &flow)| {
            let share = ratio(flow.calls, all.calls);
            let id = match edge.caller {
                Caller::Function(caller) => Some(caller),
                Caller::None | Caller::Remote(_) | Caller::Overflow => None,
            };
            Neighbour {
                overflow: edge.caller == Caller::Overflow,
                ..Neighbour::new(history, id, flow, sums.covered, share)
            }
        })
        .collect();
    callers.sort_by_key(|caller| (caller.id, caller.overflow));
    callers
}

fn callees<'a>(history: &'a History, sums: &Sums, place: usize, all: Flow) -> Vec<Neighbour<'a>> {
    let edges = history.edges.iter().zip(&sums.edges);
    let from_here = Caller::Function(place);
    let callees = edges.filter(|(edge, flow)| edge.caller == from_here && flow.calls > 0);
    let mut callees: Vec<_> = callees
        .map(|(edge, &flow)| {
            // Side by side they may take longer than the call that waits for them.
            let share = ratio(flow.nanos, all.nanos).map(|share| share.min(1.0));
            Neighbour::new(history, Some(edge.callee), flow, sums.covered, share)
        })
        .collect();
    callees.sort_by_key(|callee| callee.id);
    callees
}

impl<'a> Neighbour<'a> {
    fn new(
        history: &'a History,
        place: Option<usize>,
        flow: Flow,
        covered: f64,
        share: Option<f64>,
    ) -> Self {
        Self {
            id: place.map(|place| &*history.functions[place].id),
            overflow: false,
            calls_per_second: rate(flow.calls, covered),
            share: share.unwrap_or(0.0),
            error_ratio: ratio(flow.errors, flow.calls),
            mean_seconds: ratio(flow.nanos, flow.calls).map(|nanos| nanos / 1e9),
        }
    }
}

/// The steps of a chart, oldest first: those before the first sample are `None`.
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

    /// The age of the step that stands at `at`.
    fn age(&self, at: usize) -> usize {
        self.len() - 1 - at
    }

    /// The ends of the steps; before the first sample as they would have been.
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

    /// What `of` says of each step with a sample.
    fn map<T>(&self, of: impl Fn(usize) -> T) -> Vec<Option<T>> {
        let steps = self.steps.iter().enumerate();
        let is_gap = |step: Step| step.seconds() > GAP * self.seconds;
        steps
            .map(|(at, step)| step.filter(|&step| !is_gap(step)).map(|_| of(self.age(at))))
            .collect()
    }

    fn buckets(&self, function: &Function) -> Vec<Option<Vec<u64>>> {
        self.map(|age| {
            let mut buckets = vec![0; function.buckets.len()];
            function.add_buckets(&mut buckets, self.ring, age, 1);
            buckets
        })
    }

    /// Errors of each kind of the function.
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

    /// Quantiles per step, of ten steps where they are a second long: one alone
    /// has too few calls to make anything of.
    fn quantiles(&self, q: f64, buckets: &[Option<Vec<u64>>], bounds: &[f64]) -> Vec<Option<f64>> {
        let together = match self.ring {
            Ring::Fine => 10,
            Ring::Coarse => 1,
        };
        let quantile_at = |at: usize| {
            buckets[at].as_ref()?;
            let from = (at + 1).saturating_sub(together);
            quantile(q, &summed(&buckets[from..=at], bounds.len() + 1), bounds)
        };
        (0..self.len()).map(quantile_at).collect()
    }

    fn heatmap<'a>(&self, view: &View<'a>, buckets: &[Option<Vec<u64>>]) -> Heatmap<'a> {
        let together = match self.ring {
            Ring::Fine => 5,
            Ring::Coarse => 10,
        };
        let bounds = &view.history.bounds;
        let times = self.times(view.epoch);
        Heatmap {
            times: times
                .chunks(together)
                .filter_map(|times| times.last().copied())
                .collect(),
            step_seconds: self.seconds * f64::from(u8::try_from(together).unwrap_or(1)),
            bounds_seconds: bounds,
            calls: buckets
                .chunks(together)
                .map(|steps| summed(steps, bounds.len() + 1))
                .collect(),
        }
    }
}

fn summed(steps: &[Option<Vec<u64>>], width: usize) -> Vec<u64> {
    let mut sums = vec![0; width];
    for buckets in steps.iter().flatten() {
        for (sum, calls) in sums.iter_mut().zip(buckets) {
            *sum += calls;
        }
    }
    sums
}
