//! The metrics of a snapshot, point by point.

use std::{
    collections::HashMap,
    time::{SystemTime, UNIX_EPOCH},
};

use autometrics_core::{Caller, Function, Series, Snapshot};
use autometrics_schema::label;
use bytes::Bytes;
use prost::Message as _;

use crate::{
    Options,
    names::{self, Named},
    proto::{
        AnyValue, Data, Exemplar, Gauge, Histogram, HistogramPoint, KeyValue, Metric, NumberPoint,
        Sum,
    },
};

/// Writes one snapshot.
pub(crate) struct Writer<'a> {
    snapshot: &'a Snapshot,
    series: Series<'a>,
    /// For each function the attributes that all of its series have.
    functions: Vec<[Bytes; 3]>,
    start: u64,
    since: u64,
    time: u64,
    is_delta: bool,
    zeros: bool,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot, options: &Options) -> Self {
        let service = attribute(label::SERVICE_NAME, &snapshot.service_name);
        let start = nanos(options.start);
        let since = options.since.map_or(start, nanos);
        Self {
            snapshot,
            series: Series::new(snapshot),
            functions: snapshot
                .functions
                .iter()
                .map(|function| {
                    [
                        attribute(label::FUNCTION, &function.name),
                        attribute(label::MODULE, &function.module),
                        service.clone(),
                    ]
                })
                .collect(),
            start,
            since,
            // A clock that was set back must not make time run backwards.
            time: nanos(options.time).max(since),
            is_delta: options.since.is_some(),
            zeros: since == start,
        }
    }

    pub(crate) fn metrics(&self) -> Vec<Metric> {
        let functions = self.snapshot.functions.iter().enumerate();
        let concurrent = functions
            .clone()
            .filter_map(|(at, function)| Some(self.number(self.of(at), function.in_flight?)));
        let counted = |of: fn(&Function) -> Option<u64>| {
            let counts = functions.clone();
            let counts = counts.filter_map(|(at, function)| Some((at, of(function)?)));
            let written = counts.filter(|(_, count)| self.is_written(*count));
            let points = written.map(|(at, count)| self.number(self.of(at), count));
            self.counter(points.collect())
        };
        let service = [attribute(label::SERVICE_NAME, &self.snapshot.service_name)];
        let labels = self.snapshot.build_labels();
        let build = labels.map(|(label, value)| attribute(label, value));
        let refused = self.snapshot.refused_remotes().into_iter();
        let refused = refused
            .filter(|refused| self.is_written(*refused))
            .map(|refused| self.number(service.to_vec(), refused));
        let per_program = |named, value| {
            let point = self.number(service.to_vec(), value);
            metric(named, gauge(vec![point]))
        };
        let all = [
            metric(
                &names::BUILD_INFO,
                gauge(vec![self.number(build.to_vec(), 1)]),
            ),
            metric(&names::CALLS, self.counter(self.calls())),
            metric(&names::DURATION, self.durations()),
            metric(&names::CONCURRENT, up_and_down(concurrent.collect())),
            metric(&names::CANCELLED, counted(|function| function.cancelled)),
            metric(
                &names::SUPPRESSED_EVENTS,
                counted(|function| function.suppressed_events),
            ),
            per_program(&names::FOLDED_EDGES, self.snapshot.folded_edges),
            per_program(&names::NAME_COLLISIONS, self.snapshot.name_collisions()),
            metric(&names::REFUSED_CALLERS, self.counter(refused.collect())),
        ];
        all.into_iter().flatten().collect()
    }

    fn calls(&self) -> Vec<NumberPoint> {
        let results = ["ok", "error"].map(|result| (result, attribute(label::RESULT, result)));
        let mut callers: HashMap<Caller, Vec<Bytes>> = HashMap::new();
        let all = self
            .series
            .calls()
            .filter(|calls| self.is_written(calls.count));
        let points = all.map(|calls| {
            let function = &self.snapshot.functions[calls.function];
            let caller = callers.entry(calls.caller).or_insert_with(|| {
                let (function, module) = self.snapshot.caller_names(calls.caller);
                let service = self.snapshot.caller_service(calls.caller);
                let labels = [
                    Some((label::CALLER_FUNCTION, function)),
                    Some((label::CALLER_MODULE, module)),
                    service.map(|service| (label::CALLER_SERVICE, service)),
                ];
                let labels = labels.into_iter().flatten();
                labels
                    .map(|(label, value)| attribute(label, value))
                    .collect()
            });
            let mut attributes = self.of(calls.function);
            attributes.extend(function.success_labels().into_iter().flatten().map(own));
            let result = results.iter().find(|(result, _)| *result == calls.result);
            attributes.extend(result.map(|(_, attribute)| attribute.clone()));
            attributes.extend(caller.iter().cloned());
            attributes.extend(calls.error.map(|error| attribute(label::ERROR, error)));
            self.number(attributes, calls.count)
        });
        points.collect()
    }

    fn durations(&self) -> Data {
        let mut exemplars = self.exemplars();
        let functions = self.snapshot.functions.iter().enumerate();
        let points = functions.filter_map(|(at, function)| {
            let latencies = self.series.latencies(at);
            if !self.is_written(latencies.count) {
                return None;
            }
            let mut attributes = self.of(at);
            attributes.extend(function.latency_labels().into_iter().flatten().map(own));
            let (mut bounds, counts): (Vec<f64>, Vec<u64>) = self.series.buckets(at).unzip();
            // The one without end has no bound.
            bounds.pop();
            Some(HistogramPoint {
                attributes,
                start_time: self.since,
                time: self.time,
                count: latencies.count,
                sum: Some(latencies.sum),
                bucket_counts: counts,
                explicit_bounds: bounds,
                exemplars: exemplars.remove(&at).unwrap_or_default(),
            })
        });
        Data::Histogram(Histogram {
            data_points: points.collect(),
            temporality: self.temporality(),
        })
    }

    /// Calls that a trace shows, by function.
    fn exemplars(&self) -> HashMap<usize, Vec<Exemplar>> {
        let mut all: HashMap<usize, Vec<Exemplar>> = HashMap::new();
        let some = self.snapshot.exemplars.iter();
        for one in some.filter(|one| one.trace.leads_somewhere()) {
            all.entry(one.function).or_default().push(Exemplar {
                time: nanos(one.time),
                as_double: Some(one.seconds),
                span_id: one.trace.span_id.to_be_bytes().to_vec(),
                trace_id: one.trace.trace_id.to_be_bytes().to_vec(),
            });
        }
        all
    }

    /// The attributes of the function at `at`, with room for more.
    fn of(&self, at: usize) -> Vec<Bytes> {
        let mut attributes = Vec::with_capacity(10);
        attributes.extend(self.functions[at].iter().cloned());
        attributes
    }

    fn is_written(&self, count: u64) -> bool {
        self.zeros || count > 0
    }

    fn temporality(&self) -> i32 {
        if self.is_delta { DELTA } else { CUMULATIVE }
    }

    /// With the start of a counter; what goes up and down gets its own.
    fn number(&self, attributes: Vec<Bytes>, value: u64) -> NumberPoint {
        NumberPoint {
            attributes,
            start_time: self.start,
            time: self.time,
            as_int: Some(i64::try_from(value).unwrap_or(i64::MAX)),
        }
    }

    fn counter(&self, mut data_points: Vec<NumberPoint>) -> Data {
        for point in &mut data_points {
            point.start_time = self.since;
        }
        Data::Sum(Sum {
            data_points,
            temporality: self.temporality(),
            is_monotonic: true,
        })
    }
}

/// `AggregationTemporality`.
const DELTA: i32 = 1;
const CUMULATIVE: i32 = 2;

/// Never delta: that is for what only grows.
fn up_and_down(data_points: Vec<NumberPoint>) -> Data {
    Data::Sum(Sum {
        data_points,
        temporality: CUMULATIVE,
        is_monotonic: false,
    })
}

fn gauge(mut data_points: Vec<NumberPoint>) -> Data {
    for point in &mut data_points {
        point.start_time = 0;
    }
    Data::Gauge(Gauge { data_points })
}

/// A metric, unless it has no points.
fn metric(named: &Named, data: Data) -> Option<Metric> {
    let is_empty = match &data {
        Data::Gauge(gauge) => gauge.data_points.is_empty(),
        Data::Sum(sum) => sum.data_points.is_empty(),
        Data::Histogram(histogram) => histogram.data_points.is_empty(),
    };
    (!is_empty).then(|| Metric {
        name: named.name.to_owned(),
        description: named.description.to_owned(),
        unit: named.unit.to_owned(),
        data: Some(data),
    })
}

/// The attribute that is `label` in Prometheus.
fn attribute(label: &str, value: &str) -> Bytes {
    pair(&names::attribute(label), value)
}

fn own((label, value): (&str, String)) -> Bytes {
    attribute(label, &value)
}

/// An attribute, encoded.
pub(crate) fn pair(key: &str, value: &str) -> Bytes {
    let pair = KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            text: Some(value.to_owned()),
        }),
    };
    pair.encode_to_vec().into()
}

/// Since 1970, as far as 64 bits reach.
fn nanos(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
