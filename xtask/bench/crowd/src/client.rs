//! The same series with the same labels and values in a registry of prometheus-client.

use std::{collections::BTreeMap, sync::atomic::AtomicU64};

use prometheus_client::{
    encoding::text,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

type Labels = Vec<(String, String)>;

const LATENCY: &str = "function_calls_duration_seconds";

/// Everything that `open_metrics`, written by our own encoder, says.
pub(crate) fn registry(open_metrics: &str) -> Registry {
    let mut counters: BTreeMap<&str, Family<Labels, Counter<u64, AtomicU64>>> = BTreeMap::new();
    let latencies = Family::<Labels, Histogram>::new_with_constructor(|| {
        Histogram::new(autometrics::DEFAULT_BUCKETS)
    });
    let mut sum = 0.0;
    for (name, labels, value) in open_metrics.lines().filter_map(sample) {
        match name.strip_prefix(LATENCY) {
            Some("_sum") => sum = value.parse().unwrap_or_default(),
            Some("_count") => {
                let count: u32 = value.parse().unwrap_or_default();
                let latency = latencies.get_or_create(&labels);
                (0..count).for_each(|_| latency.observe(sum / f64::from(count)));
            }
            Some(_) => {}
            None => {
                let family = counters.entry(name.trim_end_matches("_total")).or_default();
                family
                    .get_or_create(&labels)
                    .inc_by(value.parse().unwrap_or_default());
            }
        }
    }
    let mut registry = Registry::default();
    registry.register(LATENCY, "How long calls took", latencies);
    for (name, family) in counters {
        registry.register(name, "How many there were", family);
    }
    registry
}

/// As an exporter would, in memory that is new each time, as ours is.
pub(crate) fn encode(registry: &Registry) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = text::encode(&mut text, registry);
    text
}

/// Name, labels and value of a line, unless it is a comment. The labels of our
/// thousand functions have nothing in them that would be escaped.
fn sample(line: &str) -> Option<(&str, Labels, &str)> {
    let (name, rest) = line.split_once('{')?;
    let (labels, value) = rest.split_once("} ")?;
    let label = |label: &str| {
        let (name, value) = label.split_once('=')?;
        Some((name.to_owned(), value.trim_matches('"').to_owned()))
    };
    Some((name, labels.split(',').filter_map(label).collect(), value))
}
