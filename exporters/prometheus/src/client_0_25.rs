//! In a registry of crate `prometheus-client`, version 0.25.

use std::fmt;

use autometrics_core::{Series, Snapshot};
use autometrics_schema::label;
use autometrics_schema::metric::{self, Kind, Metric};
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Unit;

use crate::encode::{open_metrics_name, unit};
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
        let series = Series::new(&snapshot);
        let mut writer = Writer {
            encoder: &mut encoder,
            snapshot: &snapshot,
        };
        writer.build_info()?;
        writer.calls(&series)?;
        writer.durations(&series)?;
        writer.per_function(&metric::CONCURRENT, |at| snapshot.functions[at].in_flight)?;
        writer.per_function(&metric::CANCELLED, |at| snapshot.functions[at].cancelled)?;
        writer.per_function(&metric::SUPPRESSED_EVENTS, |at| {
            snapshot.functions[at].suppressed_events
        })?;
        writer.per_program(&metric::FOLDED_EDGES, snapshot.folded_edges)?;
        writer.per_program(&metric::NAME_COLLISIONS, snapshot.name_collisions())?;
        if let Some(refused) = snapshot.refused_remotes() {
            writer.per_program(&metric::REFUSED_CALLERS, refused)?;
        }
        Ok(())
    }
}

/// Label names and values.
type Labels<'a> = Vec<(&'a str, &'a str)>;

struct Writer<'a, 'e> {
    encoder: &'a mut DescriptorEncoder<'e>,
    snapshot: &'a Snapshot,
}

impl Writer<'_, '_> {
    fn build_info(&mut self) -> fmt::Result {
        let labels = self.snapshot.build_labels();
        self.family(&metric::BUILD_INFO, |family| {
            family.encode_family(&labels)?.encode_gauge(&1_u64)
        })
    }

    fn calls(&mut self, series: &Series<'_>) -> fmt::Result {
        let mut calls = series.calls().peekable();
        if calls.peek().is_none() {
            return Ok(());
        }
        let snapshot = self.snapshot;
        self.family(&metric::CALLS, |family| {
            for calls in calls {
                let success = snapshot.functions[calls.function].success_labels();
                let mut labels = function_labels(snapshot, calls.function);
                labels.extend(
                    success
                        .iter()
                        .flatten()
                        .map(|(name, value)| (*name, &**value)),
                );
                labels.push((label::RESULT, calls.result));
                let (function, module) = snapshot.caller_names(calls.caller);
                labels.push((label::CALLER_FUNCTION, function));
                labels.push((label::CALLER_MODULE, module));
                let service = snapshot.caller_service(calls.caller);
                labels.extend(service.map(|service| (label::CALLER_SERVICE, service)));
                labels.extend(calls.error.map(|error| (label::ERROR, error)));
                count(family, &labels, calls.count)?;
            }
            Ok(())
        })
    }

    fn durations(&mut self, series: &Series<'_>) -> fmt::Result {
        if series.functions().is_empty() {
            return Ok(());
        }
        let snapshot = self.snapshot;
        self.family(&metric::DURATION, |family| {
            let mut buckets = Vec::with_capacity(series.bounds().len() + 1);
            for (at, function) in series.functions().iter().enumerate() {
                let latency = function.latency_labels();
                let mut labels = function_labels(snapshot, at);
                labels.extend(
                    latency
                        .iter()
                        .flatten()
                        .map(|(name, value)| (*name, &**value)),
                );
                let latencies = series.latencies(at);
                buckets.clear();
                buckets.extend(series.buckets(at));
                family
                    .encode_family(&labels)?
                    .encode_histogram::<NoLabelSet>(
                        latencies.sum,
                        latencies.count,
                        &buckets,
                        None,
                    )?;
            }
            Ok(())
        })
    }

    fn per_function(
        &mut self,
        metric: &Metric,
        value: impl Fn(usize) -> Option<u64>,
    ) -> fmt::Result {
        let snapshot = self.snapshot;
        let mut values = (0..snapshot.functions.len())
            .filter_map(|at| Some((at, value(at)?)))
            .peekable();
        if values.peek().is_none() {
            return Ok(());
        }
        self.family(metric, |family| {
            for (at, value) in values {
                let labels = function_labels(snapshot, at);
                match metric.kind {
                    Kind::Counter => count(family, &labels, value)?,
                    Kind::Gauge | Kind::Histogram => {
                        family.encode_family(&labels)?.encode_gauge(&value)?;
                    }
                }
            }
            Ok(())
        })
    }

    fn per_program(&mut self, metric: &Metric, value: u64) -> fmt::Result {
        let labels = vec![(label::SERVICE_NAME, &*self.snapshot.service_name)];
        self.family(metric, |family| match metric.kind {
            Kind::Counter => count(family, &labels, value),
            _ => family.encode_family(&labels)?.encode_gauge(&value),
        })
    }

    /// The head of a family, then what `samples` writes.
    fn family(
        &mut self,
        metric: &Metric,
        samples: impl FnOnce(&mut MetricEncoder<'_>) -> fmt::Result,
    ) -> fmt::Result {
        // The registry puts `_total` behind counters and the unit behind
        // everything, and escapes no help.
        let mut name = open_metrics_name(metric);
        let mut registry_unit = None;
        if let Some(unit) = unit(metric) {
            name = name
                .strip_suffix(unit)
                .unwrap_or(name)
                .trim_end_matches('_');
            registry_unit = Some(Unit::Other(unit.to_owned()));
        }
        let mut help = String::new();
        labels::push_escaped(&mut help, metric.help, true);
        let kind = match metric.kind {
            Kind::Counter => MetricType::Counter,
            Kind::Gauge => MetricType::Gauge,
            Kind::Histogram => MetricType::Histogram,
        };
        samples(
            &mut self
                .encoder
                .encode_descriptor(name, &help, registry_unit.as_ref(), kind)?,
        )
    }
}

fn count(family: &mut MetricEncoder<'_>, labels: &Labels<'_>, value: u64) -> fmt::Result {
    family
        .encode_family(labels)?
        .encode_counter::<NoLabelSet, u64, f64>(&value, None)
}

fn function_labels(snapshot: &Snapshot, at: usize) -> Labels<'_> {
    let function = &snapshot.functions[at];
    vec![
        (label::FUNCTION, &function.name),
        (label::MODULE, &function.module),
        (label::SERVICE_NAME, &snapshot.service_name),
    ]
}
