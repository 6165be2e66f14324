//! Tests the collectors in registries of `prometheus-client`.

use autometrics_core::Snapshot;
use autometrics_prometheus::{Format, encode};

use crate::openmetrics::{self, Page};
use crate::program::shop;

/// Checks a page of a registry that contains only the collector of `snapshot`.
#[track_caller]
fn check(snapshot: &Snapshot, theirs: &str) {
    let ours = openmetrics::parse(&encode(snapshot, Format::OpenMetrics));
    let theirs = openmetrics::parse(theirs);
    assert_eq!(theirs.samples(), ours.samples());
    let descriptors = |page: &Page| -> Vec<[String; 4]> {
        let families = page.families.iter();
        families
            .map(|f| [&f.name, &f.kind, &f.unit, &f.help].map(|text| text.replace('"', "'")))
            .collect()
    };
    assert_eq!(descriptors(&theirs), descriptors(&ours));
}

fn snapshots() -> [Snapshot; 3] {
    let mut program = shop();
    // The registry spells the usual first bound in its own way.
    program.bounds[0] = 0.05;
    let mut hostile = program.clone();
    hostile.service_name = "\"\\\n".into();
    hostile.functions[0].name = "a\"} 1\n\\".into();
    [program, Snapshot::new("empty"), hostile]
}

/// Checks a page in which `carts`, a metric of the program, precedes our families.
#[track_caller]
fn check_beside_carts(page: &str) {
    let page = openmetrics::parse(page);
    let names: Vec<_> = page.families.into_iter().map(|f| f.name).collect();
    assert_eq!(names[0], "carts");
    assert!(names.contains(&"build_info".to_owned()));
}

#[cfg(feature = "prometheus-client-0_25")]
mod of_0_25 {
    use autometrics_prometheus::client_0_25::Collector;
    use prometheus_client::{encoding, metrics::counter::Counter, registry::Registry};

    use super::{check, check_beside_carts, snapshots};

    fn page(registry: &Registry) -> String {
        let mut text = String::new();
        encoding::text::encode(&mut text, registry).expect("encodes");
        text
    }

    #[test]
    fn registry_has_the_series_of_encode() {
        for snapshot in snapshots() {
            let mut registry = Registry::default();
            let taken = snapshot.clone();
            registry.register_collector(Box::new(
                Collector::new().snapshot_source(move || taken.clone()),
            ));
            check(&snapshot, &page(&registry));
        }
    }

    #[test]
    fn works_together_with_other_metrics() {
        let mut registry = Registry::default();
        registry.register("carts", "Carts so far", Counter::<u64>::default());
        registry.register_collector(Box::new(Collector::new()));
        check_beside_carts(&page(&registry));
    }
}

#[cfg(feature = "prometheus-client-0_26")]
mod of_0_26 {
    use autometrics_prometheus::{Format, client_0_26::Collector, encode};
    use prometheus_client_0_26::{encoding, metrics::counter::Counter, registry::Registry};

    use super::{check, check_beside_carts, snapshots};
    use crate::{fine::fine, text};

    fn page(registry: &Registry) -> String {
        let mut text = String::new();
        encoding::text::encode(&mut text, registry).expect("encodes");
        text
    }

    fn registry(snapshot: autometrics_core::Snapshot) -> Registry {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(
            Collector::new().snapshot_source(move || snapshot.clone()),
        ));
        registry
    }

    #[test]
    fn registry_has_the_series_of_encode() {
        for snapshot in snapshots().into_iter().chain([fine()]) {
            check(&snapshot, &page(&registry(snapshot.clone())));
        }
    }

    #[test]
    fn text_0_0_4_of_the_registry_equals_encode() {
        for snapshot in snapshots() {
            let mut theirs = String::new();
            let registry = registry(snapshot.clone());
            encoding::prometheus_text::encode(&mut theirs, &registry).expect("encodes");
            let ours = encode(&snapshot, Format::Text);
            // The registry spells bounds in its own way.
            let numbered = |page: &str| -> Vec<_> {
                let samples = text::parse(page).into_iter();
                let samples = samples.map(|((name, mut labels), value)| {
                    if let Some(bound) = labels.get_mut("le") {
                        *bound = format!("{:?}", bound.parse::<f64>());
                    }
                    (name, labels, value)
                });
                samples.collect()
            };
            assert_eq!(numbered(&theirs), numbered(&ours));
            let heads = |page: &str| -> Vec<String> {
                let heads = page.lines().filter(|line| line.starts_with("# "));
                heads.map(|line| line.replace('"', "'")).collect()
            };
            assert_eq!(heads(&theirs), heads(&ours));
        }
    }

    #[test]
    fn works_together_with_other_metrics() {
        let mut registry = Registry::default();
        registry.register("carts", "Carts so far", Counter::<u64>::default());
        registry.register_collector(Box::new(Collector::new()));
        check_beside_carts(&page(&registry));
    }
}
