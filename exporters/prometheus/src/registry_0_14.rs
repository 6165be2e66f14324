//! In a registry of crate `prometheus`, version 0.14.

use std::{collections::HashMap, fmt};

use autometrics_core::{Series, Snapshot};
use autometrics_schema::{
    label,
    metric::{self, Kind, Metric},
};
use prometheus::{
    core::Desc,
    proto::{self, LabelPair, MetricFamily, MetricType},
};

/// The program's metrics, to be registered beside those that it already has.
///
/// ```
/// use autometrics_prometheus::registry_0_14::Collector;
/// use prometheus::{Registry, TextEncoder};
///
/// let registry = Registry::new();
/// registry.register(Box::new(Collector::new()))?;
///
/// let text = TextEncoder::new().encode_to_string(&registry.gather())?;
/// assert!(text.contains("build_info{"));
/// # Ok::<(), prometheus::Error>(())
/// ```
///
/// The series are those of [`encode`](crate::encode()) as text 0.0.4, and so are their
/// values. There are no exemplars, of which the crate knows nothing. Two things are the
/// registry's choice: a prefix or labels given to it appear on our series as well, and
/// with a prefix the queries and rules for the usual names find nothing; and the bounds
/// of buckets are spelled in its own way (`le="1"`, `0.00005`), which rules that
/// `cargo autometrics` writes select as well.
///
/// Registering it twice is an error of the registry, as is another metric with a name of
/// ours. The one exception is `build_info`: one of the program's own, if it is a gauge,
/// stands beside ours in one family.
pub struct Collector {
    snapshot: Box<dyn Fn() -> Snapshot + Send + Sync>,
    descriptors: Vec<Desc>,
}

impl Collector {
    /// A collector that takes the program's snapshot at each scrape.
    pub fn new() -> Self {
        Self::from_fn(autometrics_core::snapshot)
    }

    /// A collector that calls `snapshot` at each scrape.
    pub fn from_fn(snapshot: impl Fn() -> Snapshot + Send + Sync + 'static) -> Self {
        Self {
            snapshot: Box::new(snapshot),
            descriptors: DESCRIBED.iter().filter_map(describe).collect(),
        }
    }
}

impl Default for Collector {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}

/// What no one else in the registry may be called.
const DESCRIBED: [Metric; 8] = [
    metric::CALLS,
    metric::DURATION,
    metric::CONCURRENT,
    metric::CANCELLED,
    metric::SUPPRESSED_EVENTS,
    metric::FOLDED_EDGES,
    metric::NAME_COLLISIONS,
    metric::REFUSED_CALLERS,
];

/// One for all series of a metric. Their labels differ, and a descriptor is asked for
/// nothing but its name here, so it has none.
fn describe(metric: &Metric) -> Option<Desc> {
    let (name, help) = (metric.name.to_owned(), metric.help.to_owned());
    Desc::new(name, help, Vec::new(), HashMap::new()).ok()
}

impl prometheus::core::Collector for Collector {
    fn desc(&self) -> Vec<&Desc> {
        self.descriptors.iter().collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let snapshot = (self.snapshot)();
        let series = Series::new(&snapshot);
        let functions = 0..snapshot.functions.len();
        let of_function = |metric: &Metric, value: &dyn Fn(usize) -> Option<u64>| {
            let values = functions.clone().filter_map(|at| Some((at, value(at)?)));
            let samples = values
                .map(|(at, value)| sample(metric, labels(&function_labels(&snapshot, at)), value));
            family(metric, samples.collect())
        };
        let of_program = |metric: &Metric, value: Option<u64>| {
            let service = || labels(&[(label::SERVICE_NAME, &*snapshot.service_name)]);
            let samples = value.map(|value| sample(metric, service(), value));
            family(metric, samples.into_iter().collect())
        };
        let build = labels(&snapshot.build_labels());
        vec![
            family(
                &metric::BUILD_INFO,
                vec![sample(&metric::BUILD_INFO, build, 1)],
            ),
            calls(&series),
            durations(&series),
            of_function(&metric::CONCURRENT, &|at| snapshot.functions[at].in_flight),
            of_function(&metric::CANCELLED, &|at| snapshot.functions[at].cancelled),
            of_function(&metric::SUPPRESSED_EVENTS, &|at| {
                snapshot.functions[at].suppressed_events
            }),
            of_program(&metric::FOLDED_EDGES, Some(snapshot.folded_edges)),
            of_program(&metric::NAME_COLLISIONS, Some(snapshot.name_collisions())),
            of_program(&metric::REFUSED_CALLERS, snapshot.refused_remotes()),
        ]
    }
}

fn calls(series: &Series<'_>) -> MetricFamily {
    let snapshot = series.snapshot();
    let samples = series.calls().map(|calls| {
        let success = snapshot.functions[calls.function].success_labels();
        let (function, module) = snapshot.caller_names(calls.caller);
        let mut all = function_labels(snapshot, calls.function).to_vec();
        all.extend(
            success
                .iter()
                .flatten()
                .map(|(name, value)| (*name, &**value)),
        );
        all.push((label::RESULT, calls.result));
        all.push((label::CALLER_FUNCTION, function));
        all.push((label::CALLER_MODULE, module));
        let service = snapshot.caller_service(calls.caller);
        all.extend(service.map(|service| (label::CALLER_SERVICE, service)));
        all.extend(calls.error.map(|error| (label::ERROR, error)));
        sample(&metric::CALLS, labels(&all), calls.count)
    });
    family(&metric::CALLS, samples.collect())
}

fn durations(series: &Series<'_>) -> MetricFamily {
    let snapshot = series.snapshot();
    let functions = series.functions().iter().enumerate();
    let samples = functions.map(|(at, function)| {
        let latency = function.latency_labels();
        let mut all = function_labels(snapshot, at).to_vec();
        all.extend(
            latency
                .iter()
                .flatten()
                .map(|(name, value)| (*name, &**value)),
        );
        let latencies = series.latencies(at);
        let bounds = series.bounds().iter().zip(latencies.cumulative());
        let buckets = bounds.filter_map(|(bound, calls)| {
            let mut bucket = proto::Bucket::default();
            bucket.set_upper_bound((*bound)?);
            bucket.set_cumulative_count(calls);
            Some(bucket)
        });
        let mut histogram = proto::Histogram::default();
        histogram.set_bucket(buckets.collect());
        histogram.set_sample_count(latencies.count);
        histogram.set_sample_sum(latencies.sum);
        let mut sample = proto::Metric::from_label(labels(&all));
        sample.set_histogram(histogram);
        sample
    });
    family(&metric::DURATION, samples.collect())
}

fn family(metric: &Metric, samples: Vec<proto::Metric>) -> MetricFamily {
    let mut family = MetricFamily::default();
    family.set_name(metric.name.to_owned());
    family.set_help(metric.help.to_owned());
    family.set_field_type(match metric.kind {
        Kind::Counter => MetricType::COUNTER,
        Kind::Gauge => MetricType::GAUGE,
        Kind::Histogram => MetricType::HISTOGRAM,
    });
    family.set_metric(samples);
    family
}

/// Of a counter or gauge.
#[expect(clippy::cast_precision_loss, reason = "counts below 2^53 are exact")]
fn sample(metric: &Metric, labels: Vec<LabelPair>, value: u64) -> proto::Metric {
    let mut sample = proto::Metric::from_label(labels);
    match metric.kind {
        Kind::Counter => {
            let mut counter = proto::Counter::default();
            counter.set_value(value as f64);
            sample.set_counter(counter);
        }
        Kind::Gauge | Kind::Histogram => {
            let mut gauge = proto::Gauge::default();
            gauge.set_value(value as f64);
            sample.set_gauge(gauge);
        }
    }
    sample
}

fn labels(all: &[(&str, &str)]) -> Vec<LabelPair> {
    let pairs = all.iter().map(|(name, value)| {
        let mut pair = LabelPair::default();
        pair.set_name((*name).to_owned());
        pair.set_value((*value).to_owned());
        pair
    });
    pairs.collect()
}

fn function_labels(snapshot: &Snapshot, at: usize) -> [(&'static str, &str); 3] {
    let function = &snapshot.functions[at];
    [
        (label::FUNCTION, &function.name),
        (label::MODULE, &function.module),
        (label::SERVICE_NAME, &snapshot.service_name),
    ]
}
