//! The table of metrics and their samples. A new metric or label changes this file or `labels`, and
//! adds its name to `autometrics-schema`.

use std::{borrow::Cow, time::SystemTime};

use autometrics_schema::metric::{self, Kind, Metric};

use super::{
    super::{Exemplar, Function, Snapshot, objective_calls, totals::Totals},
    groups::Group,
    labels::Labels,
    sample::{Buckets, Owner, Sample, Sink, Value},
};

/// A metric, and the function that produces its samples.
pub(super) type Row = (Metric, Find);
/// Passes the samples of a metric to a sink.
pub(super) type Find = fn(&Source<'_>, Sink<'_>);

/// All metrics, in the order in which they are exported.
pub(super) static TABLE: [Row; 12] = [
    (metric::BUILD_INFO, |it, sink| {
        one(it.labels.build, 1, sink);
    }),
    (metric::CALLS, |it, sink| it.calls(sink)),
    (metric::OBJECTIVE_CALLS, |it, sink| it.objective_calls(sink)),
    (metric::DURATION, |it, sink| it.durations(sink)),
    (metric::DURATION_BY_CALLER, |it, sink| {
        it.durations_by_caller(sink);
    }),
    (metric::FLOW_CALLS, |it, sink| it.calls_by_flow(sink)),
    (metric::CONCURRENT, |it, sink| {
        it.each(sink, |function| function.in_flight);
    }),
    (metric::CANCELLED, |it, sink| {
        it.each(sink, |function| Some(function.cancelled.as_ref()?.count()));
    }),
    (metric::SUPPRESSED_EVENTS, |it, sink| {
        it.each(sink, |function| function.suppressed_events);
    }),
    (metric::OVERFLOWED_PAIRS, |it, sink| {
        one(it.labels.program, it.snapshot.overflowed_pairs, sink);
    }),
    (metric::NAME_COLLISIONS, |it, sink| {
        let collide = it.snapshot.functions.iter().filter(|it| it.collides);
        one(it.labels.program, collide.count() as u64, sink);
    }),
    (metric::REFUSED_CALLERS, |it, sink| {
        // Omitted in programs that no other program has called.
        let snapshot = &it.snapshot;
        if snapshot.refused_callers > 0 || !snapshot.remote_callers.is_empty() {
            one(it.labels.program, snapshot.refused_callers, sink);
        }
    }),
];

/// The counts of a snapshot, and the labels of its samples.
#[derive(Debug)]
pub(super) struct Source<'a> {
    snapshot: Cow<'a, Snapshot>,
    pub(super) totals: Totals,
    pub(super) labels: Labels,
    /// Exemplars, sorted by function and bucket.
    exemplars: Vec<Exemplar>,
}

impl<'a> Source<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let snapshot = snapshot.merged();
        let mut exemplars = snapshot.exemplars.clone();
        exemplars.sort_by_key(|one| (one.function, one.bucket));
        Self {
            totals: Totals::of(&snapshot),
            labels: Labels::of(&snapshot),
            exemplars,
            snapshot,
        }
    }
}

/// The samples of each metric.
impl Source<'_> {
    /// Passes one sample for each function with a value.
    fn each(&self, sink: Sink<'_>, value: impl Fn(&Function) -> Option<u64>) {
        for (at, function) in self.snapshot.functions.iter().enumerate() {
            if let Some(value) = value(function) {
                one(self.labels.function(at).own, value, sink);
            }
        }
    }

    fn calls(&self, sink: Sink<'_>) {
        let labels = &self.labels;
        let mut last: Option<(&str, Group)> = None;
        for calls in self.totals.calls(&self.snapshot) {
            let function = labels.function(calls.function);
            let Some(caller) = labels.caller(calls.caller) else {
                continue;
            };
            let result = if calls.is_ok { labels.ok } else { labels.error };
            // Neighbours mostly have the same error kinds.
            let error = calls.error.and_then(|kind| match last {
                Some((known, group)) if std::ptr::eq(known, kind) => Some(group),
                _ => {
                    let group = labels.error_kind(kind)?;
                    last = Some((kind, group));
                    Some(group)
                }
            });
            let value = Value::Number(calls.count);
            let mut pass = |groups: &[Group], caller| {
                sink(Sample {
                    groups,
                    caller: Some(caller),
                    value,
                    created: calls.created,
                });
            };
            match (function.success, error) {
                (None, None) => pass(&[function.own, result, caller], 2),
                (None, Some(error)) => pass(&[function.own, result, caller, error], 2),
                (Some(promise), None) => pass(&[function.own, promise, result, caller], 3),
                (Some(promise), Some(error)) => {
                    pass(&[function.own, promise, result, caller, error], 3);
                }
            }
        }
    }

    /// Passes a sample of succeeded and one of failed calls for each function and flow.
    fn calls_by_flow(&self, sink: Sink<'_>) {
        for calls in &self.snapshot.flows {
            let Some(flow) = self.labels.flow(&calls.flow) else {
                continue;
            };
            if calls.function >= self.snapshot.functions.len() {
                continue;
            }
            let own = self.labels.function(calls.function).own;
            for (result, count) in [
                (self.labels.ok, calls.ok),
                (self.labels.error, calls.errors),
            ] {
                sink(Sample {
                    groups: &[own, flow, result],
                    caller: None,
                    value: Value::Number(count),
                    created: calls.created,
                });
            }
        }
    }

    /// Passes a good and a bad sample for each indicator of each function's objectives.
    fn objective_calls(&self, sink: Sink<'_>) {
        let labels = &self.labels;
        for counted in objective_calls::count_promises(&self.snapshot, &self.totals) {
            let own = labels.function(counted.function).own;
            let Some(promise) = labels.promise(&counted) else {
                continue;
            };
            for (outcome, calls) in [(labels.good, counted.good), (labels.bad, counted.bad)] {
                sink(Sample::new(&[own, promise, outcome], Value::Number(calls)));
            }
        }
    }

    fn durations(&self, sink: Sink<'_>) {
        for at in 0..self.snapshot.functions.len() {
            let function = self.labels.function(at);
            let value = Value::Histogram(Buckets {
                totals: &self.totals,
                owner: Owner::Function(at),
                exemplars: self.exemplars_of(at),
                edges: &self.snapshot.edges,
            });
            match function.latency {
                Some(latency) => sink(Sample::new(&[function.own, latency], value)),
                None => sink(Sample::new(&[function.own], value)),
            }
        }
    }

    /// Passes a sample for each caller–callee pair, if the program has enabled this family.
    fn durations_by_caller(&self, sink: Sink<'_>) {
        let edges = &self.snapshot.edges;
        if !self.snapshot.latency_by_caller {
            return;
        }
        for ((function, caller), pair) in self.totals.pairs(edges) {
            let Some(caller) = self.labels.caller(*caller) else {
                continue;
            };
            let value = Value::Histogram(Buckets {
                totals: &self.totals,
                owner: Owner::Pair(pair),
                exemplars: &[],
                edges,
            });
            sink(Sample {
                groups: &[self.labels.function(*function).own, caller],
                caller: Some(1),
                value,
                created: pair.created,
            });
        }
    }

    /// Returns the start time of series of `kind` that have no later one of their own.
    pub(super) fn started(&self, kind: Kind) -> Option<SystemTime> {
        match kind {
            Kind::Counter | Kind::Histogram => self.snapshot.started,
            Kind::Gauge | Kind::UpDown => None,
        }
    }

    fn exemplars_of(&self, function: usize) -> &[Exemplar] {
        let start = self
            .exemplars
            .partition_point(|one| one.function < function);
        let all = &self.exemplars[start..];
        &all[..all.partition_point(|one| one.function == function)]
    }
}

/// Passes a sample with a single group of labels.
fn one(group: Group, value: u64, sink: Sink<'_>) {
    sink(Sample::new(&[group], Value::Number(value)));
}
