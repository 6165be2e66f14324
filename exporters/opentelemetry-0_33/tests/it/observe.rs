//! Tests series and values that an SDK exports.

use std::{fmt::Write as _, time::Duration};

use autometrics_core::{Caller, Edge, Function, Histogram, Outcome, RemoteCaller, Snapshot};
use expect_test::expect;
use opentelemetry_sdk::metrics::Temporality;
use slo_spec::Objective;

use crate::collected::{Program, sum};

const CHECKOUT: Objective = Objective::new("checkout")
    .success_rate(99.95)
    .latency(Duration::from_millis(180), 99.0);

/// Returns the calls of the function with index `function`.
pub(crate) fn edge(function: usize, caller: Caller, outcome: Outcome, calls: u64) -> Edge {
    Edge::new(function, caller, outcome, Histogram::new(vec![calls], 0.0))
}

fn shop() -> Snapshot {
    let mut snapshot = Snapshot::new("shop");
    snapshot.build.version = "1.2.3".into();
    snapshot.functions = vec![
        Function::new("shop::cart", "Cart::add"),
        Function::new("shop::orders", "place_order"),
    ];
    snapshot.functions[1].objectives = vec![CHECKOUT];
    snapshot.functions[1].package = "shop-core".into();
    snapshot.functions[1].in_flight = Some(2);
    snapshot.functions[1].cancelled = Some(Histogram::new(vec![4], 0.0));
    snapshot.functions[1].suppressed_events = Some(6);
    snapshot.overflowed_pairs = 3;
    snapshot.edges = vec![
        edge(0, Caller::None, Outcome::Ok, 0),
        edge(0, Caller::Function(1), Outcome::Ok, 4),
        edge(0, Caller::Overflow, Outcome::Error(None), 2),
        edge(1, Caller::None, Outcome::Ok, 7),
        edge(1, Caller::None, Outcome::Error(Some("timeout".into())), 1),
        edge(1, Caller::None, Outcome::PANIC, 5),
    ];
    snapshot
}

#[test]
fn all_counts_arrive() {
    let program = Program::new(Temporality::Cumulative, |observer| observer);
    let mut text = String::new();
    for ((name, attributes), value) in program.export(shop()) {
        let of_it: Vec<_> = attributes
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let _ = writeln!(text, "{name} {value} {}", of_it.join(" "));
    }
    expect![[r#"
        autometrics.name_collisions 0 service.name=shop
        autometrics.overflowed_pairs 3 service.name=shop
        autometrics.suppressed_events 6 function=place_order module=shop::orders service.name=shop
        build_info 1 autometrics.version=1.0.0 branch= commit= repository.provider= repository.url= service.name=shop version=1.2.3
        function.calls 5 caller.function= caller.module= error=panic function=place_order module=shop::orders objective.name=checkout objective.percentile=99.95 result=error service.name=shop
        function.calls 1 caller.function= caller.module= error=timeout function=place_order module=shop::orders objective.name=checkout objective.percentile=99.95 result=error service.name=shop
        function.calls 0 caller.function= caller.module= function=Cart::add module=shop::cart result=ok service.name=shop
        function.calls 7 caller.function= caller.module= function=place_order module=shop::orders objective.name=checkout objective.percentile=99.95 result=ok service.name=shop
        function.calls 2 caller.function=__overflow__ caller.module= function=Cart::add module=shop::cart result=error service.name=shop
        function.calls 4 caller.function=place_order caller.module=shop::orders function=Cart::add module=shop::cart result=ok service.name=shop
        function.calls.cancelled 4 function=place_order module=shop::orders service.name=shop
        function.calls.concurrent 2 function=place_order module=shop::orders service.name=shop
        function.objective.calls 0 function=place_order module=shop::orders objective.latency_threshold=0.18 objective.name=checkout objective.percentile=99 outcome=bad package=shop-core service.name=shop sli=latency
        function.objective.calls 13 function=place_order module=shop::orders objective.latency_threshold=0.18 objective.name=checkout objective.percentile=99 outcome=good package=shop-core service.name=shop sli=latency
        function.objective.calls 10 function=place_order module=shop::orders objective.name=checkout objective.percentile=99.95 outcome=bad package=shop-core service.name=shop sli=success
        function.objective.calls 7 function=place_order module=shop::orders objective.name=checkout objective.percentile=99.95 outcome=good package=shop-core service.name=shop sli=success
    "#]].assert_eq(&text);
}

#[test]
fn remote_callers_have_separate_series() {
    let program = Program::new(Temporality::Cumulative, |observer| observer);
    let mut snapshot = shop();
    for service in ["web", "app"] {
        let caller = Caller::Remote(snapshot.remote_callers.len());
        let remote = RemoteCaller::new(service, "basket", "Basket::pay").unwrap();
        snapshot.remote_callers.push(remote);
        snapshot.edges.push(edge(1, caller, Outcome::Ok, 8));
    }
    snapshot.refused_callers = 6;
    let collected = program.export(snapshot);
    for service in ["web", "app"] {
        let of_it = [
            ("caller.service", service),
            ("caller.function", "Basket::pay"),
        ];
        assert_eq!(sum(&collected, "function.calls", &of_it), 8);
    }
    assert_eq!(sum(&collected, "autometrics.refused_callers", &[]), 6);
}

#[test]
fn each_collection_sees_the_newest_snapshot() {
    let program = Program::new(Temporality::Cumulative, |observer| observer);
    let mut snapshot = shop();
    assert_eq!(
        sum(&program.export(snapshot.clone()), "function.calls", &[]),
        19
    );
    snapshot.edges[1].latency.add(&Histogram::new([100], 0.0));
    snapshot.functions[1].in_flight = Some(0);
    let after = program.export(snapshot);
    assert_eq!(sum(&after, "function.calls", &[]), 119);
    assert_eq!(sum(&after, "function.calls.concurrent", &[]), 0);
}

#[test]
fn deltas_have_the_calls_since_the_last_export() {
    let program = Program::new(Temporality::Delta, |observer| observer);
    let mut snapshot = shop();
    assert_eq!(
        sum(&program.export(snapshot.clone()), "function.calls", &[]),
        19
    );
    snapshot.edges[1].latency.add(&Histogram::new([100], 0.0));
    assert_eq!(sum(&program.export(snapshot), "function.calls", &[]), 100);
}
