//! Tests requests in the names of `code.function.*`.

use std::collections::BTreeMap;

use autometrics_core::{
    Caller, Edge, FlowCalls, Function, Histogram, Outcome, RemoteCaller, Snapshot,
};
use autometrics_otlp::{Dialect, HistogramAggregation, Options, Stream, Temporality, encode};
use expect_test::{Expect, expect};
use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest as Export,
    common::v1::KeyValue,
    metrics::v1::{Metric, metric::Data},
};
use prost::Message as _;

use crate::{
    collector::{Behaviour, Collector},
    equality::options,
    page,
    program::{born, edge, shop},
    requests::{PATIENCE, exporter},
    store::{Random, Store, at, call, program},
};

/// Returns [`shop`] with flows, files, a commit, and callers in other programs.
fn shop_with_flows() -> Snapshot {
    let mut snapshot = shop();
    snapshot.build.commit = "c0ffee".into();
    for (function, file) in snapshot.functions.iter_mut().zip(["src/cart.rs", ""]) {
        function.file = file.into();
        function.line = 7;
    }
    let mut calls = FlowCalls::new(0, "POST /orders/{id}");
    (calls.ok, calls.errors) = (3, 2);
    snapshot.flows = vec![calls];
    for (module, function) in [
        ("web::basket", "Basket::pay"),
        ("web", "basket::Basket::pay"),
    ] {
        let remote = RemoteCaller::new("web", module, function).unwrap();
        let caller = Caller::Remote(snapshot.remote_callers.len());
        snapshot.remote_callers.push(remote);
        snapshot.edges.push(edge(1, caller, Outcome::Ok, &[1], 0.5));
    }
    snapshot
}

fn code() -> Options {
    let mut options = options();
    options.dialect = Dialect::Code;
    options
}

fn export(snapshot: &Snapshot, options: &Options) -> Export {
    Export::decode(&*encode(snapshot, options)).expect("a request of OTLP")
}

fn attributes(attributes: &[KeyValue]) -> String {
    let attributes = attributes.iter();
    let pairs: Vec<_> = attributes
        .map(|one| format!("{}={:?}", one.key, page::text(one)))
        .collect();
    pairs.join(" ")
}

/// Returns the attributes and values of all points of a metric; histograms as count and sum.
fn points(metric: &Metric) -> Vec<(&[KeyValue], String)> {
    match metric.data.as_ref().unwrap() {
        Data::Sum(sum) => sum.data_points.iter(),
        Data::Gauge(gauge) => gauge.data_points.iter(),
        Data::Histogram(histogram) => {
            let points = histogram.data_points.iter();
            return points
                .map(|it| (&*it.attributes, format!("{} {}", it.count, it.sum())))
                .collect();
        }
        Data::ExponentialHistogram(histogram) => {
            let points = histogram.data_points.iter();
            return points
                .map(|it| (&*it.attributes, format!("{} {}", it.count, it.sum())))
                .collect();
        }
        Data::Summary(summary) => panic!("{summary:?}"),
    }
    .map(|it| (&*it.attributes, page::integer(it).to_string()))
    .collect()
}

#[track_caller]
fn check(export: &Export, expect: &Expect) {
    let mut lines = Vec::new();
    for metric in page::metrics(export) {
        lines.push(format!("{} [{}]", metric.name, metric.unit));
        for (of, value) in points(metric) {
            let of = attributes(of);
            lines.push(format!(
                "    {of}{}{value}",
                if of.is_empty() { "" } else { " " }
            ));
        }
    }
    expect.assert_eq(&lines.join("\n"));
}

#[test]
fn metrics_have_the_names_of_the_convention() {
    check(
        &export(&shop_with_flows(), &code()),
        &expect![[r#"
        build_info []
            version="1.2.3" commit="c0ffee" branch="" repository.url="https://code.example/shop" repository.provider="" autometrics.version="1.0.0" 1
        code.function.calls [{call}]
            code.function.name="shop::cart::Cart::add" 0
            code.function.name="shop::cart::Cart::add" code.function.caller.name="shop::orders::place_order" 4
            code.function.name="shop::cart::Cart::add" code.function.caller.name="__overflow__" error.type="_OTHER" 2
            code.function.name="shop::orders::place_order" 7
            code.function.name="shop::orders::place_order" error.type="_OTHER" 0
            code.function.name="shop::orders::place_order" error.type="timeout" 1
            code.function.name="shop::orders::place_order" error.type="panic" 1
            code.function.name="shop::orders::place_order" code.function.caller.name="web::basket::Basket::pay" caller.service="web" 1
            code.function.name="shop::orders::place_order" caller.function="basket::Basket::pay" code.function.caller.name="web::basket::Basket::pay" caller.service="web" 1
        code.function.errors [{error}]
            code.function.name="shop::cart::Cart::add" code.function.caller.name="__overflow__" error.type="_OTHER" 2
            code.function.name="shop::orders::place_order" error.type="_OTHER" 0
            code.function.name="shop::orders::place_order" error.type="timeout" 1
            code.function.name="shop::orders::place_order" error.type="panic" 1
        function.objective.calls []
            code.function.name="shop::orders::place_order" package="shop-core" sli="success" objective.name="checkout" objective.percentile="99.95" outcome="good" 9
            code.function.name="shop::orders::place_order" package="shop-core" sli="success" objective.name="checkout" objective.percentile="99.95" outcome="bad" 6
            code.function.name="shop::orders::place_order" package="shop-core" sli="latency" objective.name="checkout" objective.percentile="99" objective.latency_threshold="0.18" outcome="good" 10
            code.function.name="shop::orders::place_order" package="shop-core" sli="latency" objective.name="checkout" objective.percentile="99" objective.latency_threshold="0.18" outcome="bad" 1
        code.function.call.duration [s]
            code.function.name="shop::cart::Cart::add" 6 1.7
            code.function.name="shop::orders::place_order" 11 4.8125
        function.flow.calls []
            code.function.name="shop::cart::Cart::add" code.flow.name="POST /orders/{id}" 3
            code.function.name="shop::cart::Cart::add" code.flow.name="POST /orders/{id}" error.type="_OTHER" 2
        function.calls.concurrent []
            code.function.name="shop::orders::place_order" 2
        function.calls.cancelled []
            code.function.name="shop::orders::place_order" 4
        autometrics.suppressed_events []
            code.function.name="shop::orders::place_order" 5
        autometrics.overflowed_pairs []
            3
        autometrics.name_collisions []
            0
        autometrics.refused_callers []
            0"#]],
    );
}

#[test]
fn resource_has_service_version_and_commit() {
    let export = export(&shop_with_flows(), &code());
    let resource = export.resource_metrics[0].resource.as_ref().unwrap();
    expect![[r#"service.name="shop" telemetry.sdk.language="rust" telemetry.sdk.name="autometrics" telemetry.sdk.version="VERSION" service.version="1.2.3" vcs.ref.head.revision="c0ffee""#]].assert_eq(
        &attributes(&resource.attributes).replace(env!("CARGO_PKG_VERSION"), "VERSION"),
    );
}

#[test]
fn files_are_exported_if_the_program_asks_for_them() {
    let mut options = code();
    options.code_file_paths = true;
    let export = export(&shop_with_flows(), &options);
    let durations = page::durations(&export).iter();
    let durations: Vec<_> = durations.map(|it| attributes(&it.attributes)).collect();
    expect![[r#"
        code.function.name="shop::cart::Cart::add" code.file.path="src/cart.rs"
        code.function.name="shop::orders::place_order""#]]
    .assert_eq(&durations.join("\n"));
}

#[test]
fn functions_and_kinds_that_are_written_alike_stay_apart() {
    let mut snapshot = Snapshot::new("shop");
    snapshot.functions = [("a", "b::c"), ("a::b", "c")]
        .map(|(module, name)| Function::new(module, name))
        .into();
    let kinds = [None, Some("_OTHER".into())];
    snapshot.edges = kinds
        .map(|kind| edge(0, Caller::Function(1), Outcome::Error(kind), &[1], 0.5))
        .into();
    let export = export(&snapshot, &code());
    for metric in page::metrics(&export) {
        let mut all: Vec<_> = points(metric)
            .into_iter()
            .map(|it| attributes(it.0))
            .collect();
        let number = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), number, "{}", metric.name);
    }
    assert_eq!(page::numbers(&export, "code.function.errors").len(), 2);
}

/// Returns the sum of the points of a metric by function, of those that `is_counted` accepts.
fn totals(
    export: &Export,
    metric: &str,
    is_counted: impl Fn(&BTreeMap<&str, &str>) -> bool,
) -> BTreeMap<String, i64> {
    let mut totals = BTreeMap::new();
    for point in page::numbers(export, metric) {
        let attributes = point.attributes.iter();
        let all = attributes.map(|one| (&*one.key, page::text(one))).collect();
        if !is_counted(&all) {
            continue;
        }
        let name = match all.get("code.function.name") {
            Some(name) => (*name).to_owned(),
            None => format!("{}::{}", all["module"], all["function"]),
        };
        *totals.entry(name).or_default() += page::integer(point);
    }
    totals
}

#[test]
fn a_collector_gets_the_same_counts_in_both_dialects() {
    for aggregation in [
        HistogramAggregation::Explicit,
        HistogramAggregation::Exponential,
    ] {
        let [ours, code] = [Dialect::Autometrics, Dialect::Code].map(|dialect| {
            let collector = Collector::new(Behaviour::Accept);
            let exporter = exporter(&collector)
                .snapshot_source(born)
                .dialect(dialect)
                .histogram_aggregation(aggregation);
            let running = exporter.start().unwrap();
            running.flush(PATIENCE).unwrap();
            running.shutdown(PATIENCE).unwrap();
            collector.requests(1).remove(0).export
        });
        let is_ok = |all: &BTreeMap<&str, &str>| all["result"] == "ok";
        let has_no_error = |all: &BTreeMap<&str, &str>| !all.contains_key("error.type");
        let calls = totals(&code, "code.function.calls", |_| true);
        assert_eq!(calls["shop::orders::place_order"], 9);
        assert_eq!(calls, totals(&ours, "function.calls", |_| true));
        assert_eq!(
            totals(&code, "code.function.calls", has_no_error),
            totals(&ours, "function.calls", is_ok)
        );
        let mut errors = totals(&code, "code.function.errors", |_| true);
        assert_eq!(errors["shop::orders::place_order"], 2);
        assert_eq!(
            errors,
            totals(&ours, "function.calls", |all| !is_ok(all)),
            "all failed calls"
        );
        errors = totals(&code, "code.function.errors", has_no_error);
        assert_eq!(errors, BTreeMap::new(), "each error has a type");

        let values = |export: &Export, name: &str| {
            let found = page::metrics(export).filter(|metric| metric.name == name);
            let values = found.flat_map(|metric| points(metric).into_iter().map(|point| point.1));
            values.collect::<Vec<_>>()
        };
        let durations = values(&code, "code.function.call.duration");
        assert_eq!(durations, values(&ours, "function.calls.duration"));
        // All other metrics keep names and values.
        for metric in page::metrics(&ours) {
            if !["function.calls", "function.calls.duration"].contains(&&*metric.name) {
                let name = &*metric.name;
                assert_eq!(values(&code, name), values(&ours, name), "{name}");
            }
        }
    }
}

#[test]
fn deltas_arrive_once_for_any_accepted_requests() {
    let mut random = Random::new(5);
    let mut stream = Stream::new(at(0), Temporality::Delta).max_request_size(1_200);
    let mut program = program(20);
    for function in 0..20 {
        let failed = Outcome::Error(None);
        let edge = Edge::new(function, Caller::None, failed, Histogram::default());
        program.edges.push(edge);
    }
    let (mut store, mut refused) = (Store::default(), 0);
    for export in 1..40 {
        call(&mut program, &mut random);
        let mut options = Options::new(at(0));
        options.time = at(export * 10);
        options.dialect = Dialect::Code;
        let mut sent = stream.export(program.clone(), options);
        sent.bodies.retain(|body| {
            let is_accepted = export == 39 || random.below(2) == 0;
            if is_accepted {
                store.add(&Export::decode(&**body).unwrap());
            }
            !is_accepted
        });
        refused += sent.bodies.len();
        stream.settle(sent);
    }
    assert!(refused > 20, "{refused}");
    let mut options = Options::new(at(0));
    options.dialect = Dialect::Code;
    options.since = Some(at(0));
    let mut whole = Store::default();
    whole.add(&export(&program, &options));
    let errors = |series: &&&str| series.starts_with("code.function.errors");
    assert!(whole.counted().keys().filter(errors).count() > 10);
    assert_eq!(store.counted(), whole.counted());
}
