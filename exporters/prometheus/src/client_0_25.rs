//! In a registry of crate `prometheus-client`, version 0.25.

use std::fmt;

use autometrics_core::{Families, Snapshot, Value};
use autometrics_schema::metric::{Kind, Metric};
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Unit;

use crate::encode::open_metrics_name;
use crate::labels;

/// The program's metrics, to be registered beside those that it already has.
///
/// ```
/// use autometrics_prometheus::client_0_25::Collector;
/// use prometheus_client::{encoding::text::encode, registry::Registry};
///
/// let mut registry = Registry::default();
/// registry.register_collector(Box::new(Collector::new()));
///
/// let mut text = String::new();
/// encode(&mut text, &registry)?;
/// assert!(text.contains("build_info{"));
/// # Ok::<(), std::fmt::Error>(())
/// ```
///
/// The series are those of [`encode`](crate::encode()) as OpenMetrics, and so
/// are their values. Two things are the registry's choice: a prefix or labels
/// given to it appear on our series as well, and with a prefix the queries and
/// rules for the usual names find nothing; and buckets below 0.0001 s or from
/// 1,000,000 s on are not spelled canonically (`le="5e-5"`, not `5e-05`).
pub struct Collector {
    snapshot: Box<dyn Fn() -> Snapshot + Send + Sync>,
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

impl prometheus_client::collector::Collector for Collector {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let snapshot = (self.snapshot)();
        let families = Families::of(&snapshot);
        let groups: Vec<_> = families.groups().collect();
        for family in families.iter().filter(|family| !family.is_empty()) {
            let unit = family.metric.unit;
            let unit = unit.map(|unit| Unit::Other(unit.word().to_owned()));
            let mut samples = describe(&mut encoder, family.metric, unit.as_ref())?;
            let mut result = Ok(());
            family.for_each(|sample| {
                let labels = sample.groups.iter();
                let labels = labels.flat_map(|group| groups[group.index()]);
                let labels: Vec<_> = labels.map(|(name, value)| (*name, &**value)).collect();
                if result.is_ok() {
                    result = encode_sample(&mut samples, family.metric, &labels, sample.value);
                }
            });
            result?;
        }
        Ok(())
    }
}

/// Encodes the head of a family.
///
/// The registry appends `_total` to the names of counters and the unit to all names, and
/// escapes no help.
fn describe<'e>(
    encoder: &'e mut DescriptorEncoder<'_>,
    metric: &Metric,
    unit: Option<&'e Unit>,
) -> Result<MetricEncoder<'e>, fmt::Error> {
    let name = open_metrics_name(metric);
    let name = metric
        .unit
        .and_then(|unit| name.strip_suffix(unit.word())?.strip_suffix('_'))
        .unwrap_or(name);
    let mut help = String::new();
    labels::push_escaped(&mut help, metric.help, true);
    let kind = match metric.kind {
        Kind::Counter => MetricType::Counter,
        Kind::UpDown | Kind::Gauge => MetricType::Gauge,
        Kind::Histogram => MetricType::Histogram,
    };
    encoder.encode_descriptor(name, &help, unit, kind)
}

fn encode_sample(
    family: &mut MetricEncoder<'_>,
    metric: &Metric,
    labels: &Vec<(&str, &str)>,
    value: Value<'_>,
) -> fmt::Result {
    let mut sample = family.encode_family(labels)?;
    match value {
        Value::Number(value) if metric.kind == Kind::Counter => {
            sample.encode_counter::<NoLabelSet, u64, f64>(&value, None)
        }
        Value::Number(value) => sample.encode_gauge(&value),
        Value::Histogram(buckets) => {
            let each: Vec<_> = buckets.each().collect();
            sample.encode_histogram::<NoLabelSet>(buckets.sum(), buckets.count(), &each, None)
        }
    }
}
