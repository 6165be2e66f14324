//! A registry of prometheus-client with the same series, labels and values as ours.

use std::{collections::BTreeMap, sync::atomic::AtomicU64};

use prometheus_client::{
    encoding::text,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

type Labels = Vec<(String, String)>;

const LATENCY: &str = "function_calls_duration_seconds";

/// Returns a registry with all samples of `open_metrics`, a page of our own encoder.
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

/// Encodes as an exporter would, into newly allocated memory each time, as our encoder does.
pub(crate) fn encode(registry: &Registry) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = text::encode(&mut text, registry);
    text
}

/// Splits a line into name, labels and value; `None` for a comment.
///
/// Labels are not unescaped, because those of our thousand functions contain nothing that is
/// escaped.
fn sample(line: &str) -> Option<(&str, Labels, &str)> {
    let (name, rest) = line.split_once('{')?;
    let (labels, value) = rest.split_once("} ")?;
    let label = |label: &str| {
        let (name, value) = label.split_once('=')?;
        Some((name.to_owned(), value.trim_matches('"').to_owned()))
    };
    Some((name, labels.split(',').filter_map(label).collect(), value))
}
