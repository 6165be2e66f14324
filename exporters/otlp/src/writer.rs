//! Writes the metrics of a snapshot as data points.

use std::time::{SystemTime, UNIX_EPOCH};

use autometrics_core::{
    Buckets, Exemplar as Kept, Families, Family, FineBuckets, Sample, Snapshot, Value,
};
use autometrics_schema::{
    code,
    metric::{Kind, Metric as OwnMetric},
};

use crate::{
    attributes::Attributes,
    choices::{Dialect, HistogramAggregation},
    exponential::Dense,
    options::Options,
    pending::PendingDeltas,
    proto::{
        CUMULATIVE, DELTA, Data, Exemplar, ExponentialHistogram, ExponentialPoint, Gauge,
        Histogram, HistogramPoint, Metric, NumberPoint, Sum,
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
    let attributes = Attributes::of(snapshot, &families, options);
    for family in families.iter() {
        for target in Target::all(family.metric, options.dialect) {
            let writer = Writer::new(&attributes, target, options);
            writer.family(&family, &mut pending, requests);
        }
    }
}

/// A metric as it is exported, with the samples of a family.
#[derive(Clone, Copy)]
struct Target {
    name: &'static str,
    unit: &'static str,
    help: &'static str,
    /// `true` if only the samples of failed calls belong to it.
    only_errors: bool,
    /// `true` if it has only the attributes of the convention.
    only_named: bool,
}

impl Target {
    /// Returns the metrics with the samples of `metric`: itself, or those of the convention.
    fn all(metric: &'static OwnMetric, dialect: Dialect) -> Vec<Self> {
        let counterparts = code::METRICS.iter().filter(|it| it.source == metric.name);
        let named: Vec<_> = counterparts
            .filter(|_| dialect == Dialect::Code)
            .map(|it| Self {
                name: it.name,
                unit: it.unit,
                help: it.help,
                only_errors: it.only_errors,
                only_named: true,
            })
            .collect();
        if !named.is_empty() {
            return named;
        }
        vec![Self {
            name: metric.otel_name,
            // No unit is an empty string. With the unit `1`, Prometheus would append `_ratio` to the
            // names of gauges.
            unit: metric.unit.map_or("", |unit| unit.code()),
            help: metric.help,
            only_errors: false,
            only_named: false,
        }]
    }
}

struct Writer<'a> {
    attributes: &'a Attributes,
    target: Target,
    start: u64,
    since: u64,
    time: u64,
    is_delta: bool,
    zeros: bool,
    histograms: HistogramAggregation,
}

impl<'a> Writer<'a> {
    fn new(attributes: &'a Attributes, target: Target, options: &Options) -> Self {
        let start = nanos(options.start);
        let since = options.since.map_or(start, nanos);
        Self {
            attributes,
            target,
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
        let name = self.target.name;
        match family.metric.kind {
            Kind::Counter => {
                requests.begin(self.header(Kind::Counter));
                family.for_each(|sample| {
                    if self.target.only_errors && !self.attributes.is_failed(&sample) {
                        return;
                    }
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
                requests.begin(self.header(kind));
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
        let name = self.target.name;
        let mut metric = self.header(Kind::Histogram);
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

    /// Returns the exported metric, without points.
    fn header(&self, kind: Kind) -> Metric {
        let sum = |temporality, is_monotonic| {
            Data::Sum(Sum {
                data_points: Vec::new(),
                temporality,
                is_monotonic,
            })
        };
        Metric {
            name: self.target.name.to_owned(),
            description: self.target.help.to_owned(),
            unit: self.target.unit.to_owned(),
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
            attributes: self.attributes.of_sample(sample, self.target.only_named),
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
            attributes: self.attributes.of_sample(sample, self.target.only_named),
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
            attributes: self.attributes.of_sample(sample, self.target.only_named),
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

/// Returns the nanoseconds since 1970, capped at `u64::MAX`.
fn nanos(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
