//! In a registry of crate `prometheus`, version 0.14.

use std::{collections::HashMap, fmt};

use autometrics_core::{Buckets, Families, Label, Snapshot, Value};
use autometrics_schema::metric::{BUILD_INFO, Kind, Metric};
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
            // A `build_info` of the program's own may stand beside ours.
            descriptors: Families::metrics()
                .filter(|metric| metric.name != BUILD_INFO.name)
                .filter_map(describe)
                .collect(),
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

/// Describes the metrics whose names no one else in the registry may have.
///
/// There is one descriptor for all series of a metric. Their labels differ, and nothing but
/// the name of a descriptor counts here, so it has no labels.
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
        let families = Families::of(&snapshot);
        let groups: Vec<Vec<LabelPair>> = families
            .groups()
            .map(|labels| labels.iter().map(pair).collect())
            .collect();
        let all = families.iter().filter_map(|of| {
            let mut family = MetricFamily::default();
            family.set_name(of.metric.name.to_owned());
            family.set_help(of.metric.help.to_owned());
            family.set_field_type(match of.metric.kind {
                Kind::Counter => MetricType::COUNTER,
                Kind::UpDown | Kind::Gauge => MetricType::GAUGE,
                Kind::Histogram => MetricType::HISTOGRAM,
            });
            let mut samples = Vec::new();
            of.for_each(|sample| {
                let labels = sample.groups.iter();
                let labels = labels.flat_map(|group| groups[group.index()].clone());
                samples.push(encode_sample(of.metric, labels.collect(), sample.value));
            });
            family.set_metric(samples);
            (!family.get_metric().is_empty()).then_some(family)
        });
        all.collect()
    }
}

fn encode_sample(metric: &Metric, labels: Vec<LabelPair>, value: Value<'_>) -> proto::Metric {
    let mut sample = proto::Metric::from_label(labels);
    match value {
        Value::Number(value) if metric.kind == Kind::Counter => {
            let mut counter = proto::Counter::default();
            counter.set_value(float(value));
            sample.set_counter(counter);
        }
        Value::Number(value) => {
            let mut gauge = proto::Gauge::default();
            gauge.set_value(float(value));
            sample.set_gauge(gauge);
        }
        Value::Histogram(buckets) => sample.set_histogram(histogram(buckets)),
    }
    sample
}

/// Encodes the buckets but the last, which the registry's encoders add.
fn histogram(buckets: Buckets<'_>) -> proto::Histogram {
    let mut sum = 0_u64;
    let finite = buckets.each().take_while(|(bound, _)| bound.is_finite());
    let cumulative = finite.map(|(bound, calls)| {
        sum = sum.saturating_add(calls);
        let mut bucket = proto::Bucket::default();
        bucket.set_upper_bound(bound);
        bucket.set_cumulative_count(sum);
        bucket
    });
    let mut histogram = proto::Histogram::default();
    histogram.set_bucket(cumulative.collect());
    histogram.set_sample_count(buckets.count());
    histogram.set_sample_sum(buckets.sum());
    histogram
}

fn pair((name, value): &Label) -> LabelPair {
    let mut pair = LabelPair::default();
    pair.set_name((*name).to_owned());
    pair.set_value(value.clone().into_owned());
    pair
}

#[expect(clippy::cast_precision_loss, reason = "counts below 2^53 are exact")]
fn float(count: u64) -> f64 {
    count as f64
}
