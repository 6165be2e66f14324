//! The collector in a registry of `prometheus-client`.

use autometrics_core::Snapshot;
use autometrics_prometheus::client_0_25::Collector;
use autometrics_prometheus::{Format, encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

use crate::openmetrics::{self, Page};
use crate::program::shop;

fn page(registry: &Registry) -> Page {
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, registry).expect("encodes");
    openmetrics::parse(&text)
}

#[track_caller]
fn check(snapshot: Snapshot) {
    let ours = openmetrics::parse(&encode(&snapshot, Format::OpenMetrics));
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Collector::from_fn(move || snapshot.clone())));
    let theirs = page(&registry);
    assert_eq!(theirs.samples(), ours.samples());
    let descriptors = |page: &Page| -> Vec<[String; 4]> {
        let families = page.families.iter();
        families
            .map(|f| [&f.name, &f.kind, &f.unit, &f.help].map(String::clone))
            .collect()
    };
    assert_eq!(descriptors(&theirs), descriptors(&ours));
}

#[test]
fn series_by_series_what_we_encode() {
    let mut snapshot = shop();
    // The registry spells this bound in its own way.
    snapshot.bounds[0] = 0.05;
    check(snapshot);
    check(Snapshot::new("empty"));
}

#[test]
fn hostile_labels() {
    let mut snapshot = shop();
    snapshot.bounds[0] = 0.05;
    snapshot.service_name = "\"\\\n".into();
    snapshot.functions[0].name = "a\"} 1\n\\".into();
    check(snapshot);
}

#[test]
fn stands_beside_other_metrics() {
    let mut registry = Registry::default();
    let carts = Counter::<u64>::default();
    registry.register("carts", "Carts so far", carts.clone());
    registry.register_collector(Box::new(Collector::new()));
    carts.inc();
    let names: Vec<_> = page(&registry)
        .families
        .into_iter()
        .map(|f| f.name)
        .collect();
    assert_eq!(names[0], "carts");
    assert!(names.contains(&"build_info".to_owned()));
}
