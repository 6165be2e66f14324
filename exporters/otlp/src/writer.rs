//! Writes the metrics of a snapshot as data points.

use std::time::{SystemTime, UNIX_EPOCH};

use autometrics_core::{
    Buckets, Exemplar as Kept, Families, Family, FineBuckets, Sample, Snapshot, Value,
};
use autometrics_schema::{label::attribute_key, metric::Kind};
use bytes::Bytes;
use prost::Message as _;

use crate::{
    choices::HistogramAggregation,
    exponential::Dense,
    options::Options,
    pending::PendingDeltas,
    proto::{
        AnyValue, CUMULATIVE, DELTA, Data, Exemplar, ExponentialHistogram, ExponentialPoint, Gauge,
        Histogram, HistogramPoint, KeyValue, Metric, NumberPoint, Sum,
    },
    split::{Point, Split},
};

/// Writes all metrics of `snapshot` that have points. Adds the deltas in `pending` to the points of
/// their series.
pub(crate) fn write(
    snapshot: &Snapshot,
    options: &Options,
    mut pending: PendingDeltas,
    requests: &mut Split,
) {
    let families = Families::of(snapshot);
    let writer = Writer::new(&families, options);
    for family in families.iter() {
        writer.family(&family, &mut pending, requests);
    }
}

struct Writer {
    /// Encoded attributes of each group of labels.
    groups: Vec<Vec<Bytes>>,
    start: u64,
    since: u64,
    time: u64,
    is_delta: bool,
    zeros: bool,
    histograms: HistogramAggregation,
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
            // Time must not run backwards if the clock was set back.
            time: nanos(options.time).max(since),
            is_delta: options.since.is_some(),
            zeros: since == start,
            histograms: options.histograms,
        }
    }

    /// Writes the points of a family.
    fn family(&self, family: &Family<'_>, pending: &mut PendingDeltas, requests: &mut Split) {
        let name = family.metric.otel_name;
        match family.metric.kind {
            Kind::Counter => {
                requests.begin(self.header(family, Kind::Counter));
                family.for_each(|sample| {
                    if let Value::Number(value) = sample.value {
                        let number = self.number(&sample, value, self.began(&sample));
                        let mut point = Point::Number(number);
                        if pending.add_to(name, &mut point) || self.zeros || value > 0 {
                            requests.push(point);
                        }
                    }
                });
                let rest = pending.numbers(name).into_iter();
                rest.for_each(|point| requests.push(point));
            }
            kind @ (Kind::UpDown | Kind::Gauge) => {
                requests.begin(self.header(family, kind));
                let start = if kind == Kind::Gauge { 0 } else { self.start };
                family.for_each(|sample| {
                    if let Value::Number(value) = sample.value {
                        requests.push(Point::Number(self.number(&sample, value, start)));
                    }
                });
            }
            Kind::Histogram => self.histograms(family, pending, requests),
        }
    }

    /// Writes the points of a family of histograms, as up to two metrics of the same name: one with
    /// exponential buckets, one with explicit bounds.
    fn histograms(&self, family: &Family<'_>, pending: &mut PendingDeltas, requests: &mut Split) {
        let name = family.metric.otel_name;
        let mut metric = self.header(family, Kind::Histogram);
        let fine = |buckets: Buckets<'_>| match self.histograms {
            HistogramAggregation::Exponential => buckets.fine_buckets().map(Dense::of),
            HistogramAggregation::Explicit => None,
        };
        let is_written = |buckets: Buckets<'_>| self.zeros || buckets.count() > 0;

        requests.begin(Metric {
            data: Some(Data::Exponential(ExponentialHistogram {
                data_points: Vec::new(),
                temporality: self.temporality(),
            })),
            ..metric.clone()
        });
        let mut has_bounds = false;
        family.for_each(|sample| {
            let Value::Histogram(buckets) = sample.value else {
                return;
            };
            match fine(buckets) {
                Some(dense) => {
                    let mut point = Point::Exponential(self.exponential(&sample, buckets, dense));
                    if pending.add_to(name, &mut point) || is_written(buckets) {
                        requests.push(point);
                    }
                }
                None => has_bounds = true,
            }
        });
        let rest = pending.exponential(name).into_iter();
        rest.for_each(|point| requests.push(point));

        metric.data = Some(Data::Histogram(Histogram {
            data_points: Vec::new(),
            temporality: self.temporality(),
        }));
        requests.begin(metric);
        if has_bounds {
            family.for_each(|sample| match sample.value {
                Value::Histogram(buckets) if fine(buckets).is_none() => {
                    let mut point = Point::Histogram(self.histogram(&sample, buckets));
                    if pending.add_to(name, &mut point) || is_written(buckets) {
                        requests.push(point);
                    }
                }
                _ => {}
            });
        }
        let rest = pending.histograms(name).into_iter();
        rest.for_each(|point| requests.push(point));
    }

    /// Returns the metric of a family, without points.
    fn header(&self, family: &Family<'_>, kind: Kind) -> Metric {
        let sum = |temporality, is_monotonic| {
            Data::Sum(Sum {
                data_points: Vec::new(),
                temporality,
                is_monotonic,
            })
        };
        Metric {
            name: family.metric.otel_name.to_owned(),
            description: family.metric.help.to_owned(),
            // No unit is an empty string. With the unit `1`, Prometheus would append `_ratio` to
            // the names of gauges.
            unit: family.metric.unit.map_or("", |unit| unit.code()).to_owned(),
            data: match kind {
                Kind::Counter => Some(sum(self.temporality(), true)),
                // Delta temporality is only for values that never decrease.
                Kind::UpDown => Some(sum(CUMULATIVE, false)),
                Kind::Gauge => Some(Data::Gauge(Gauge::default())),
                Kind::Histogram => None,
            },
        }
    }

    /// Returns the start time of a counter or histogram, in nanoseconds.
    ///
    /// A delta starts where the previous one ended. A cumulative value starts at the time when it
    /// was zero, so that a store that reads start times counts the first calls of a series that
    /// appears late: the [specification] wants "the first possible moment a measurement for this
    /// timeseries could have been recorded". That may be before the exporter started, as the value
    /// includes calls from before.
    ///
    /// [specification]: https://opentelemetry.io/docs/specs/otel/metrics/sdk/#start-timestamps
    fn began(&self, sample: &Sample<'_>) -> u64 {
        if self.is_delta {
            return self.since;
        }
        sample.created.map_or(self.start, nanos)
    }

    fn number(&self, sample: &Sample<'_>, value: u64, start_time: u64) -> NumberPoint {
        NumberPoint {
            attributes: self.attributes(sample),
            start_time,
            time: self.ended(start_time),
            as_int: Some(i64::try_from(value).unwrap_or(i64::MAX)),
        }
    }

    fn histogram(&self, sample: &Sample<'_>, buckets: Buckets<'_>) -> HistogramPoint {
        let (mut bounds, counts): (Vec<f64>, Vec<u64>) = buckets.each().unzip();
        // The last bucket has no upper bound.
        bounds.pop();
        let start_time = self.began(sample);
        HistogramPoint {
            attributes: self.attributes(sample),
            start_time,
            time: self.ended(start_time),
            count: buckets.count(),
            sum: Some(buckets.sum()),
            bucket_counts: counts,
            explicit_bounds: bounds,
            exemplars: exemplars(buckets),
        }
    }

    fn exponential(
        &self,
        sample: &Sample<'_>,
        buckets: Buckets<'_>,
        dense: Dense,
    ) -> ExponentialPoint {
        let start_time = self.began(sample);
        ExponentialPoint {
            attributes: self.attributes(sample),
            start_time,
            time: self.ended(start_time),
            count: buckets.count(),
            sum: Some(buckets.sum()),
            scale: dense.scale,
            zero_count: buckets.fine_buckets().map_or(0, FineBuckets::zero),
            positive: Some(dense.buckets),
            exemplars: exemplars(buckets),
            // The same in every point, so that stores never have to widen their zero bucket.
            zero_threshold: FineBuckets::ZERO_THRESHOLD,
        }
    }

    /// Returns the end time of a point. If the clock was set back, the end moves and not the start:
    /// a moved start would look like a counter reset.
    fn ended(&self, start_time: u64) -> u64 {
        self.time.max(start_time)
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

/// Returns the exemplars of a histogram that lead to a trace.
fn exemplars(buckets: Buckets<'_>) -> Vec<Exemplar> {
    let exemplars = buckets.exemplars().iter();
    let exemplars = exemplars.filter(|one| one.trace.is_linkable());
    exemplars.map(exemplar).collect()
}

fn exemplar(kept: &Kept) -> Exemplar {
    Exemplar {
        time: nanos(kept.time),
        as_double: Some(kept.latency.as_secs_f64()),
        span_id: kept.trace.span_id.to_be_bytes().to_vec(),
        trace_id: kept.trace.trace_id.to_be_bytes().to_vec(),
    }
}

/// Encodes `label` as an attribute with dots, which Prometheus converts back to the label.
///
/// `service.name` has a dot too. A Collector may copy the resource's attributes to the series, and
/// then both are the same attribute. `service_name` beside `service.name` would arrive as
/// `service_name="shop;shop"`.
fn attribute(label: &'static str, value: &str) -> Bytes {
    pair(&attribute_key(label), value)
}

/// Encodes a string attribute.
pub(crate) fn pair(key: &str, value: &str) -> Bytes {
    let pair = KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            text: Some(value.to_owned()),
        }),
    };
    pair.encode_to_vec().into()
}

/// Returns the nanoseconds since 1970, capped at `u64::MAX`.
fn nanos(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
