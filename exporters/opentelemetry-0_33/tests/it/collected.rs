//! Collects the series that an SDK exports.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use autometrics_core::Snapshot;
use autometrics_opentelemetry_0_33::Observer;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::metrics::{
    InMemoryMetricExporter, InMemoryMetricExporterBuilder, PeriodicReader, SdkMeterProvider,
    Temporality,
    data::{AggregatedMetrics, GaugeDataPoint, MetricData, ScopeMetrics, SumDataPoint},
};

/// Value of each series, by metric and attributes.
pub(crate) type Collected = BTreeMap<(String, BTreeMap<String, String>), i64>;

/// A program with an SDK and with a snapshot that tests set.
pub(crate) struct Program {
    exporter: InMemoryMetricExporter,
    provider: SdkMeterProvider,
    snapshot: Arc<Mutex<Snapshot>>,
}

impl Program {
    pub(crate) fn new(temporality: Temporality, set: impl FnOnce(Observer) -> Observer) -> Self {
        let exporter = InMemoryMetricExporterBuilder::new()
            .with_temporality(temporality)
            .build();
        let provider = SdkMeterProvider::builder()
            .with_reader(PeriodicReader::builder(exporter.clone()).build())
            .build();
        let snapshot = Arc::new(Mutex::new(Snapshot::new("shop")));
        let current = Arc::clone(&snapshot);
        let observer = Observer::new().snapshot_source(move || current.lock().unwrap().clone());
        set(observer).observe(&provider.meter("autometrics"));
        Self {
            exporter,
            provider,
            snapshot,
        }
    }

    /// Sets the snapshot, and returns the series that are exported.
    pub(crate) fn export(&self, snapshot: Snapshot) -> Collected {
        *self.snapshot.lock().unwrap() = snapshot;
        self.exporter.reset();
        self.provider.force_flush().unwrap();
        let mut collected = Collected::new();
        for export in self.exporter.get_finished_metrics().unwrap() {
            for metric in export.scope_metrics().flat_map(ScopeMetrics::metrics) {
                for (attributes, value) in points(metric.data()) {
                    let series = (metric.name().to_owned(), attributes);
                    assert_eq!(collected.insert(series, value), None, "twice");
                }
            }
        }
        collected
    }
}

/// Returns the sum of the series with this name that have these attributes.
pub(crate) fn sum(collected: &Collected, name: &str, among: &[(&str, &str)]) -> i64 {
    let of_it = collected.iter().filter(|((metric, attributes), _)| {
        let has = |(key, value): &(&str, &str)| attributes.get(*key).map(|v| &**v) == Some(*value);
        metric == name && among.iter().all(has)
    });
    of_it.map(|(_, value)| value).sum()
}

fn points(data: &AggregatedMetrics) -> Vec<(BTreeMap<String, String>, i64)> {
    match data {
        AggregatedMetrics::U64(data) => values(data, |value| i64::try_from(value).unwrap()),
        AggregatedMetrics::I64(data) => values(data, |value| value),
        AggregatedMetrics::F64(data) => panic!("not a count: {data:?}"),
    }
}

fn values<T: Copy + std::fmt::Debug>(
    data: &MetricData<T>,
    value: impl Fn(T) -> i64,
) -> Vec<(BTreeMap<String, String>, i64)> {
    let of_sum = |point: &SumDataPoint<T>| (pairs(point.attributes()), value(point.value()));
    let of_gauge = |point: &GaugeDataPoint<T>| (pairs(point.attributes()), value(point.value()));
    match data {
        MetricData::Sum(sum) => sum.data_points().map(of_sum).collect(),
        MetricData::Gauge(gauge) => gauge.data_points().map(of_gauge).collect(),
        other => panic!("not a count: {other:?}"),
    }
}

fn pairs<'a>(
    attributes: impl Iterator<Item = &'a opentelemetry::KeyValue>,
) -> BTreeMap<String, String> {
    attributes
        .map(|attribute| (attribute.key.to_string(), attribute.value.to_string()))
        .collect()
}
