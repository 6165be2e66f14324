//! Tests the collector in a registry of `prometheus`.

use std::collections::BTreeMap;

use autometrics_core::{Caller, Outcome, RemoteCaller, Snapshot};
use autometrics_prometheus::registry_0_14::Collector;
use autometrics_prometheus::{Format, encode};
use expect_test::{Expect, expect};
use prometheus::{IntCounter, IntGauge, Opts, Registry, TextEncoder, core::Collector as _};

use crate::openmetrics::{Series, parse_number};
use crate::program::{edge, shop};
use crate::promtool::promtool_check_metrics;
use crate::text;

fn page(registry: &Registry) -> String {
    TextEncoder::new()
        .encode_to_string(&registry.gather())
        .expect("encodes")
}

/// Returns the samples with bounds as numbers, as the registry spells them in its own way.
fn samples(page: &str) -> BTreeMap<Series, f64> {
    let samples = text::parse(page).into_iter();
    let spelled = samples.map(|((name, mut labels), value)| {
        if let Some(le) = labels.get_mut("le") {
            *le = parse_number(le).to_string();
        }
        ((name, labels), value)
    });
    spelled.collect()
}

fn registry(snapshot: Snapshot) -> Registry {
    let registry = Registry::new();
    let collector = Collector::new().snapshot_source(move || snapshot.clone());
    registry.register(Box::new(collector)).expect("registers");
    registry
}

#[track_caller]
fn check(snapshot: Snapshot) {
    let ours = encode(&snapshot, Format::Text);
    let theirs = page(&registry(snapshot));
    assert_eq!(samples(&theirs), samples(&ours));
    let heads = |page: &str| -> Vec<String> {
        let lines = page.lines().filter(|line| line.starts_with('#'));
        let mut heads: Vec<_> = lines.map(str::to_owned).collect();
        heads.sort();
        heads
    };
    assert_eq!(heads(&theirs), heads(&ours));
}

#[test]
fn registry_has_the_series_of_encode() {
    check(shop());
    check(Snapshot::new("empty"));
}

#[test]
fn registry_has_remote_callers() {
    let mut snapshot = shop();
    let remote = RemoteCaller::new("web", "web::basket", "Basket::pay").expect("a caller");
    snapshot.remote_callers.push(remote);
    snapshot.refused_callers = 2;
    let calls = edge(1, Caller::Remote(0), Outcome::Ok, &[5], 0.1);
    snapshot.edges.push(calls);
    check(snapshot);
}

#[test]
fn registry_escapes_hostile_labels() {
    let mut snapshot = shop();
    snapshot.service_name = "\"\\\n".into();
    snapshot.functions[0].name = "a\"} 1\n\\".into();
    check(snapshot);
}

#[test]
fn works_together_with_other_metrics() {
    let registry = registry(shop());
    let carts = IntCounter::new("carts_total", "Carts so far").expect("a counter");
    registry
        .register(Box::new(carts.clone()))
        .expect("registers");
    carts.inc();
    let page = page(&registry);
    assert!(
        samples(&page).len() > 20
            && page.contains(
                "
carts_total 1
"
            )
    );
    let said = promtool_check_metrics(&page);
    assert!(said.status.success(), "{said:?}");
}

#[test]
fn program_may_register_its_own_build_info() {
    let registry = registry(shop());
    let theirs = Opts::new("build_info", "Which build").const_label("rustc", "1.85");
    let theirs = IntGauge::with_opts(theirs).expect("a gauge");
    registry
        .register(Box::new(theirs.clone()))
        .expect("registers");
    theirs.set(1);
    let samples = samples(&page(&registry));
    let builds = samples.keys().filter(|(name, _)| name == "build_info");
    assert_eq!(builds.count(), 2);
}

#[test]
fn registry_refuses_duplicate_names() {
    #[track_caller]
    fn refused(second: impl prometheus::core::Collector + 'static, expected: &Expect) {
        let error = registry(shop()).register(Box::new(second)).unwrap_err();
        expected.assert_eq(&error.to_string());
    }
    let duplicate = expect!["Duplicate metrics collector registration attempted"];
    refused(Collector::new(), &duplicate);
    let calls = IntCounter::new("function_calls_total", "Calls").expect("a counter");
    refused(calls, &duplicate);
}

#[test]
fn each_name_has_one_descriptor() {
    let collector = Collector::new();
    let names: Vec<_> = collector
        .desc()
        .iter()
        .map(|one| one.fq_name.clone())
        .collect();
    expect![[r#"
        [
            "function_calls_total",
            "function_objective_calls_total",
            "function_calls_duration_seconds",
            "function_calls_duration_by_caller_seconds",
            "function_flow_calls_total",
            "function_calls_concurrent",
            "function_calls_cancelled_total",
            "autometrics_suppressed_events_total",
            "autometrics_overflowed_pairs",
            "autometrics_name_collisions",
            "autometrics_refused_callers_total",
        ]
    "#]]
    .assert_debug_eq(&names);
}
