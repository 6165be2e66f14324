//! The metrics of a snapshot, point by point.

use std::time::{SystemTime, UNIX_EPOCH};

use autometrics_core::{Buckets, Exemplar as Kept, Families, Family, Sample, Snapshot, Value};
use autometrics_schema::{label::attribute_key, metric::Kind};
use bytes::Bytes;
use prost::Message as _;

use crate::{
    Options,
    proto::{
        AnyValue, Data, Exemplar, Gauge, Histogram, HistogramPoint, KeyValue, Metric, NumberPoint,
        Sum,
    },
};

/// Encodes the metrics of `snapshot` that have points.
pub(crate) fn metrics(snapshot: &Snapshot, options: &Options) -> Vec<Metric> {
    let families = Families::of(snapshot);
    let writer = Writer::new(&families, options);
    families
        .iter()
        .filter_map(|family| writer.metric(&family))
        .collect()
}

struct Writer {
    /// The attributes of each group of labels, encoded.
    groups: Vec<Vec<Bytes>>,
    start: u64,
    since: u64,
    time: u64,
    is_delta: bool,
    zeros: bool,
}

impl Writer {
    fn new(families: &Families<'_>, options: &Options) -> Self {
        let groups = families.groups().map(|labels| {
            let attributes = labels.iter().map(|(label, value)| attribute(label, value));
            attributes.collect()
        });
        let start = nanos(options.start);
        let since = options.since.map_or(start, nanos);
        Self {
            groups: groups.collect(),
            start,
            since,
            // A clock that was set back must not make time run backwards.
            time: nanos(options.time).max(since),
            is_delta: options.since.is_some(),
            zeros: since == start,
        }
    }

    /// Encodes a family, unless none of its samples is written.
    fn metric(&self, family: &Family<'_>) -> Option<Metric> {
        let numbers = |start| {
            let mut points = Vec::new();
            family.for_each(|sample| {
                if let Value::Number(value) = sample.value {
                    points.push(self.number(&sample, value, start));
                }
            });
            points
        };
        let data = match family.metric.kind {
            Kind::Counter => {
                let mut data_points = numbers(self.since);
                data_points.retain(|point| self.zeros || point.as_int != Some(0));
                Data::Sum(Sum {
                    data_points,
                    temporality: self.temporality(),
                    is_monotonic: true,
                })
            }
            // Never delta: that is for what only grows.
            Kind::UpDown => Data::Sum(Sum {
                data_points: numbers(self.start),
                temporality: CUMULATIVE,
                is_monotonic: false,
            }),
            Kind::Gauge => Data::Gauge(Gauge {
                data_points: numbers(0),
            }),
            Kind::Histogram => {
                let mut data_points = Vec::new();
                family.for_each(|sample| match sample.value {
                    Value::Histogram(buckets) if self.zeros || buckets.count() > 0 => {
                        data_points.push(self.histogram(&sample, buckets));
                    }
                    _ => {}
                });
                Data::Histogram(Histogram {
                    data_points,
                    temporality: self.temporality(),
                })
            }
        };
        let is_empty = match &data {
            Data::Gauge(gauge) => gauge.data_points.is_empty(),
            Data::Sum(sum) => sum.data_points.is_empty(),
            Data::Histogram(histogram) => histogram.data_points.is_empty(),
        };
        (!is_empty).then(|| Metric {
            name: family.metric.otel_name.to_owned(),
            description: family.metric.help.to_owned(),
            // Empty where there is none: a unit of `1` would put `_ratio` behind the names
            // of gauges.
            unit: family.metric.unit.map_or("", |unit| unit.code()).to_owned(),
            data: Some(data),
        })
    }

    fn number(&self, sample: &Sample<'_>, value: u64, start_time: u64) -> NumberPoint {
        NumberPoint {
            attributes: self.attributes(sample),
            start_time,
            time: self.time,
            as_int: Some(i64::try_from(value).unwrap_or(i64::MAX)),
        }
    }

    fn histogram(&self, sample: &Sample<'_>, buckets: Buckets<'_>) -> HistogramPoint {
        let (mut bounds, counts): (Vec<f64>, Vec<u64>) = buckets.each().unzip();
        // The bucket without end has no bound.
        bounds.pop();
        let exemplars = buckets.exemplars().iter();
        HistogramPoint {
            attributes: self.attributes(sample),
            start_time: self.since,
            time: self.time,
            count: buckets.count(),
            sum: Some(buckets.sum()),
            bucket_counts: counts,
            explicit_bounds: bounds,
            exemplars: exemplars
                .filter(|one| one.trace.leads_somewhere())
                .map(exemplar)
                .collect(),
        }
    }

    fn attributes(&self, sample: &Sample<'_>) -> Vec<Bytes> {
        let groups = sample.groups.iter();
        let groups = groups.map(|group| &self.groups[group.index()]);
        let mut attributes = Vec::with_capacity(groups.clone().map(Vec::len).sum());
        for group in groups {
            attributes.extend(group.iter().cloned());
        }
        attributes
    }

    fn temporality(&self) -> i32 {
        if self.is_delta { DELTA } else { CUMULATIVE }
    }
}

/// `AggregationTemporality`.
const DELTA: i32 = 1;
const CUMULATIVE: i32 = 2;

fn exemplar(kept: &Kept) -> Exemplar {
    Exemplar {
        time: nanos(kept.time),
        as_double: Some(kept.seconds),
        span_id: kept.trace.span_id.to_be_bytes().to_vec(),
        trace_id: kept.trace.trace_id.to_be_bytes().to_vec(),
    }
}

/// Encodes `label` as the attribute that Prometheus turns back into it.
///
/// With dots also `service.name`: where a Collector copies the resource's attributes to
/// the series, both are one, while `service_name` beside `service.name` would arrive as
/// `service_name="shop;shop"`.
fn attribute(label: &'static str, value: &str) -> Bytes {
    pair(&attribute_key(label), value)
}

/// Encodes an attribute.
pub(crate) fn pair(key: &str, value: &str) -> Bytes {
    let pair = KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            text: Some(value.to_owned()),
        }),
    };
    pair.encode_to_vec().into()
}

/// Returns the nanoseconds since 1970, as far as 64 bits reach.
fn nanos(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
