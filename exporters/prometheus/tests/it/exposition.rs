//! Tests the complete pages of a small program, in both text formats.

use autometrics_core::{Caller, Function, Outcome, Snapshot};
use autometrics_prometheus::{Format, encode, encode_into};
use expect_test::{Expect, expect};

use crate::program::{born, edge, shop};
use crate::{openmetrics, text};

#[track_caller]
fn check(snapshot: &Snapshot, format: Format, expected: &Expect) {
    let page = encode(snapshot, format);
    match format {
        Format::OpenMetrics => drop(openmetrics::parse(&page)),
        _ => drop(text::parse(&page)),
    }
    expected.assert_eq(&page);
}

#[test]
fn created_samples_only_add_lines() {
    let page = encode(&born(), Format::OpenMetricsWithCreated);
    drop(openmetrics::parse(&page));
    let is_created = |line: &&str| line.contains("_created{");
    // Ten counters, two histograms, and four caller–callee pairs.
    let created: Vec<&str> = page.lines().filter(is_created).collect();
    assert_eq!(
        created.len(),
        page.matches("_total{").count() + 2 + 4,
        "{page}"
    );
    let without: Vec<&str> = page.lines().filter(|line| !is_created(line)).collect();
    let plain = encode(&born(), Format::OpenMetrics);
    assert_eq!(without, plain.lines().collect::<Vec<_>>());
    assert!(created.contains(
        &r#"function_calls_created{function="Cart::add",module="shop::cart",service_name="shop",result="ok",caller_function="place_order",caller_module="shop::orders"} 1700000060.000"#
    ));
}

#[test]
fn open_metrics_page_is_complete() {
    check(
        &shop(),
        Format::OpenMetrics,
        &expect![[r##"
            # HELP build_info Build of the running program, as labels; always 1
            # TYPE build_info gauge
            build_info{version="1.2.3",commit="",branch="",service_name="shop",repository_url="https://code.example/shop",repository_provider="",autometrics_version="1.0.0"} 1
            # HELP function_calls Finished calls of each function, by caller and result
            # TYPE function_calls counter
            function_calls_total{function="Cart::add",module="shop::cart",service_name="shop",result="ok",caller_function="",caller_module=""} 0
            function_calls_total{function="Cart::add",module="shop::cart",service_name="shop",result="ok",caller_function="place_order",caller_module="shop::orders"} 4
            function_calls_total{function="Cart::add",module="shop::cart",service_name="shop",result="error",caller_function="__overflow__",caller_module=""} 2
            function_calls_total{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99.95",result="ok",caller_function="",caller_module=""} 7
            function_calls_total{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99.95",result="error",caller_function="",caller_module=""} 0
            function_calls_total{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99.95",result="error",caller_function="",caller_module="",error="timeout"} 1
            function_calls_total{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99.95",result="error",caller_function="",caller_module="",error="panic"} 1
            # HELP function_objective_calls Good and bad calls of each function with an objective, by objective and SLI
            # TYPE function_objective_calls counter
            function_objective_calls_total{function="place_order",module="shop::orders",service_name="shop",package="shop-core",sli="success",objective_name="checkout",objective_percentile="99.95",outcome="good"} 7
            function_objective_calls_total{function="place_order",module="shop::orders",service_name="shop",package="shop-core",sli="success",objective_name="checkout",objective_percentile="99.95",outcome="bad"} 6
            function_objective_calls_total{function="place_order",module="shop::orders",service_name="shop",package="shop-core",sli="latency",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",outcome="good"} 8
            function_objective_calls_total{function="place_order",module="shop::orders",service_name="shop",package="shop-core",sli="latency",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",outcome="bad"} 1
            # HELP function_calls_duration_seconds Latency of finished calls of each function
            # TYPE function_calls_duration_seconds histogram
            # UNIT function_calls_duration_seconds seconds
            function_calls_duration_seconds_bucket{function="Cart::add",module="shop::cart",service_name="shop",le="5e-05"} 3
            function_calls_duration_seconds_bucket{function="Cart::add",module="shop::cart",service_name="shop",le="0.1"} 4
            function_calls_duration_seconds_bucket{function="Cart::add",module="shop::cart",service_name="shop",le="0.18"} 5
            function_calls_duration_seconds_bucket{function="Cart::add",module="shop::cart",service_name="shop",le="1.0"} 5
            function_calls_duration_seconds_bucket{function="Cart::add",module="shop::cart",service_name="shop",le="+Inf"} 6
            function_calls_duration_seconds_sum{function="Cart::add",module="shop::cart",service_name="shop"} 1.7
            function_calls_duration_seconds_count{function="Cart::add",module="shop::cart",service_name="shop"} 6
            function_calls_duration_seconds_bucket{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",le="5e-05"} 0
            function_calls_duration_seconds_bucket{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",le="0.1"} 6
            function_calls_duration_seconds_bucket{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",le="0.18"} 8
            function_calls_duration_seconds_bucket{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",le="1.0"} 8
            function_calls_duration_seconds_bucket{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",le="+Inf"} 9
            function_calls_duration_seconds_sum{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18"} 3.8125
            function_calls_duration_seconds_count{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18"} 9
            # HELP function_calls_concurrent Calls in flight of each function
            # TYPE function_calls_concurrent gauge
            function_calls_concurrent{function="place_order",module="shop::orders",service_name="shop"} 2
            # HELP function_calls_cancelled Cancelled calls of each async function: dropped before they finished
            # TYPE function_calls_cancelled counter
            function_calls_cancelled_total{function="place_order",module="shop::orders",service_name="shop"} 4
            # HELP autometrics_suppressed_events Events of each function suppressed by the rate limit
            # TYPE autometrics_suppressed_events counter
            autometrics_suppressed_events_total{function="place_order",module="shop::orders",service_name="shop"} 5
            # HELP autometrics_overflowed_pairs Pairs of caller and callee beyond the cardinality limit, counted under caller_function=\"__overflow__\"
            # TYPE autometrics_overflowed_pairs gauge
            autometrics_overflowed_pairs{service_name="shop"} 3
            # HELP autometrics_name_collisions Functions with the same name and module as another, distinguished by file and line
            # TYPE autometrics_name_collisions gauge
            autometrics_name_collisions{service_name="shop"} 0
            # EOF
        "##]],
    );
}

#[test]
fn text_0_0_4_page_is_complete() {
    check(
        &shop(),
        Format::Text,
        &expect![[r##"
            # HELP build_info Build of the running program, as labels; always 1
            # TYPE build_info gauge
            build_info{version="1.2.3",commit="",branch="",service_name="shop",repository_url="https://code.example/shop",repository_provider="",autometrics_version="1.0.0"} 1
            # HELP function_calls_total Finished calls of each function, by caller and result
            # TYPE function_calls_total counter
            function_calls_total{function="Cart::add",module="shop::cart",service_name="shop",result="ok",caller_function="",caller_module=""} 0
            function_calls_total{function="Cart::add",module="shop::cart",service_name="shop",result="ok",caller_function="place_order",caller_module="shop::orders"} 4
            function_calls_total{function="Cart::add",module="shop::cart",service_name="shop",result="error",caller_function="__overflow__",caller_module=""} 2
            function_calls_total{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99.95",result="ok",caller_function="",caller_module=""} 7
            function_calls_total{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99.95",result="error",caller_function="",caller_module=""} 0
            function_calls_total{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99.95",result="error",caller_function="",caller_module="",error="timeout"} 1
            function_calls_total{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99.95",result="error",caller_function="",caller_module="",error="panic"} 1
            # HELP function_objective_calls_total Good and bad calls of each function with an objective, by objective and SLI
            # TYPE function_objective_calls_total counter
            function_objective_calls_total{function="place_order",module="shop::orders",service_name="shop",package="shop-core",sli="success",objective_name="checkout",objective_percentile="99.95",outcome="good"} 7
            function_objective_calls_total{function="place_order",module="shop::orders",service_name="shop",package="shop-core",sli="success",objective_name="checkout",objective_percentile="99.95",outcome="bad"} 6
            function_objective_calls_total{function="place_order",module="shop::orders",service_name="shop",package="shop-core",sli="latency",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",outcome="good"} 8
            function_objective_calls_total{function="place_order",module="shop::orders",service_name="shop",package="shop-core",sli="latency",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",outcome="bad"} 1
            # HELP function_calls_duration_seconds Latency of finished calls of each function
            # TYPE function_calls_duration_seconds histogram
            function_calls_duration_seconds_bucket{function="Cart::add",module="shop::cart",service_name="shop",le="5e-05"} 3
            function_calls_duration_seconds_bucket{function="Cart::add",module="shop::cart",service_name="shop",le="0.1"} 4
            function_calls_duration_seconds_bucket{function="Cart::add",module="shop::cart",service_name="shop",le="0.18"} 5
            function_calls_duration_seconds_bucket{function="Cart::add",module="shop::cart",service_name="shop",le="1.0"} 5
            function_calls_duration_seconds_bucket{function="Cart::add",module="shop::cart",service_name="shop",le="+Inf"} 6
            function_calls_duration_seconds_sum{function="Cart::add",module="shop::cart",service_name="shop"} 1.7
            function_calls_duration_seconds_count{function="Cart::add",module="shop::cart",service_name="shop"} 6
            function_calls_duration_seconds_bucket{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",le="5e-05"} 0
            function_calls_duration_seconds_bucket{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",le="0.1"} 6
            function_calls_duration_seconds_bucket{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",le="0.18"} 8
            function_calls_duration_seconds_bucket{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",le="1.0"} 8
            function_calls_duration_seconds_bucket{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18",le="+Inf"} 9
            function_calls_duration_seconds_sum{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18"} 3.8125
            function_calls_duration_seconds_count{function="place_order",module="shop::orders",service_name="shop",objective_name="checkout",objective_percentile="99",objective_latency_threshold="0.18"} 9
            # HELP function_calls_concurrent Calls in flight of each function
            # TYPE function_calls_concurrent gauge
            function_calls_concurrent{function="place_order",module="shop::orders",service_name="shop"} 2
            # HELP function_calls_cancelled_total Cancelled calls of each async function: dropped before they finished
            # TYPE function_calls_cancelled_total counter
            function_calls_cancelled_total{function="place_order",module="shop::orders",service_name="shop"} 4
            # HELP autometrics_suppressed_events_total Events of each function suppressed by the rate limit
            # TYPE autometrics_suppressed_events_total counter
            autometrics_suppressed_events_total{function="place_order",module="shop::orders",service_name="shop"} 5
            # HELP autometrics_overflowed_pairs Pairs of caller and callee beyond the cardinality limit, counted under caller_function="__overflow__"
            # TYPE autometrics_overflowed_pairs gauge
            autometrics_overflowed_pairs{service_name="shop"} 3
            # HELP autometrics_name_collisions Functions with the same name and module as another, distinguished by file and line
            # TYPE autometrics_name_collisions gauge
            autometrics_name_collisions{service_name="shop"} 0
        "##]],
    );
}

#[test]
fn page_without_functions_is_valid() {
    check(
        &Snapshot::new("empty"),
        Format::OpenMetrics,
        &expect![[r##"
            # HELP build_info Build of the running program, as labels; always 1
            # TYPE build_info gauge
            build_info{version="",commit="",branch="",service_name="empty",repository_url="",repository_provider="",autometrics_version="1.0.0"} 1
            # HELP autometrics_overflowed_pairs Pairs of caller and callee beyond the cardinality limit, counted under caller_function=\"__overflow__\"
            # TYPE autometrics_overflowed_pairs gauge
            autometrics_overflowed_pairs{service_name="empty"} 0
            # HELP autometrics_name_collisions Functions with the same name and module as another, distinguished by file and line
            # TYPE autometrics_name_collisions gauge
            autometrics_name_collisions{service_name="empty"} 0
            # EOF
        "##]],
    );
}

#[test]
fn formats_differ_in_descriptors_only() {
    let open_metrics = openmetrics::parse(&encode(&shop(), Format::OpenMetrics));
    assert_eq!(
        open_metrics.samples(),
        text::parse(&encode(&shop(), Format::Text))
    );
}

#[test]
fn help_texts_read_back() {
    let page = openmetrics::parse(&encode(&shop(), Format::OpenMetrics));
    let helps: Vec<_> = page.families.iter().map(|family| &*family.help).collect();
    assert!(helps.contains(&autometrics_schema::metric::OVERFLOWED_PAIRS.help));
}

#[test]
fn encode_into_appends_to_existing_text() {
    let mut page = String::from("carts 3\n");
    encode_into(&mut page, &shop(), Format::Text);
    assert_eq!(page, format!("carts 3\n{}", encode(&shop(), Format::Text)));
}

/// The threshold is both a label and a bucket bound, and rules join them by their spelling.
#[test]
fn thresholds_are_spelled_as_their_buckets() {
    use slo_spec::Objective;
    use std::time::Duration;

    for (threshold, spelled) in [
        (Duration::from_millis(180), "0.18"),
        (Duration::from_secs(1), "1.0"),
        (Duration::from_micros(50), "5e-05"),
        (Duration::from_nanos(1), "1e-09"),
        (Duration::from_millis(1100), "1.1"),
    ] {
        let mut snapshot = Snapshot::new("shop");
        snapshot.bounds = vec![spelled.parse().unwrap()];
        let mut function = Function::new("shop", "f");
        function.objectives = vec![Objective::new("fast").latency(threshold, 99.0)];
        snapshot.functions.push(function);
        let page = encode(&snapshot, Format::Text);
        assert!(
            page.contains(&format!(
                "objective_latency_threshold=\"{spelled}\",le=\"{spelled}\""
            )),
            "{page}"
        );
    }
}

#[test]
fn objectives_label_only_the_metrics_of_their_promises() {
    use slo_spec::Objective;
    use std::time::Duration;

    let mut snapshot = shop();
    let latency = Objective::new("fast").latency(Duration::from_millis(180), 99.0);
    let success = Objective::new("right").success_rate(99.0);
    snapshot.functions[0].objectives = vec![latency];
    snapshot.functions[1].objectives = vec![success];
    let samples = openmetrics::parse(&encode(&snapshot, Format::OpenMetrics)).samples();
    for (name, labels) in samples.keys() {
        let expected = match (name.as_str(), labels.get("function").map(String::as_str)) {
            ("function_calls_total" | "function_objective_calls_total", Some("place_order")) => {
                Some("right")
            }
            ("function_objective_calls_total", _) => Some("fast"),
            (name, Some("Cart::add")) if name.starts_with("function_calls_duration") => {
                Some("fast")
            }
            _ => None,
        };
        assert_eq!(
            labels.get("objective_name").map(String::as_str),
            expected,
            "{name}{labels:?}"
        );
    }
}

/// Contradictions that the run time never produces, but a snapshot made by hand may have.
#[test]
fn contradictory_snapshot_gives_valid_text() {
    let mut snapshot = Snapshot::new("shop");
    snapshot.bounds = vec![-1.0, 0.1, 0.1, f64::NAN, 0.05, 1.0, f64::INFINITY];
    snapshot.functions.push(Function::new("shop", "f"));
    snapshot.edges = vec![
        edge(7, Caller::None, Outcome::Ok, &[1], 1.0),
        edge(0, Caller::Function(9), Outcome::Ok, &[1], 1.0),
        edge(0, Caller::None, Outcome::Ok, &[1, 1, 1], f64::NAN),
        edge(0, Caller::None, Outcome::Ok, &[1; 20], -3.0),
        edge(0, Caller::None, Outcome::Error(None), &[u64::MAX, 2], 0.5),
        edge(0, Caller::None, Outcome::Error(Some("".into())), &[1], 0.5),
    ];
    check(
        &snapshot,
        Format::OpenMetrics,
        &expect![[r##"
            # HELP build_info Build of the running program, as labels; always 1
            # TYPE build_info gauge
            build_info{version="",commit="",branch="",service_name="shop",repository_url="",repository_provider="",autometrics_version="1.0.0"} 1
            # HELP function_calls Finished calls of each function, by caller and result
            # TYPE function_calls counter
            function_calls_total{function="f",module="shop",service_name="shop",result="ok",caller_function="",caller_module=""} 23
            function_calls_total{function="f",module="shop",service_name="shop",result="error",caller_function="",caller_module=""} 18446744073709551615
            # HELP function_calls_duration_seconds Latency of finished calls of each function
            # TYPE function_calls_duration_seconds histogram
            # UNIT function_calls_duration_seconds seconds
            function_calls_duration_seconds_bucket{function="f",module="shop",service_name="shop",le="0.1"} 18446744073709551615
            function_calls_duration_seconds_bucket{function="f",module="shop",service_name="shop",le="1.0"} 18446744073709551615
            function_calls_duration_seconds_bucket{function="f",module="shop",service_name="shop",le="+Inf"} 18446744073709551615
            function_calls_duration_seconds_sum{function="f",module="shop",service_name="shop"} 1.0
            function_calls_duration_seconds_count{function="f",module="shop",service_name="shop"} 18446744073709551615
            # HELP autometrics_overflowed_pairs Pairs of caller and callee beyond the cardinality limit, counted under caller_function=\"__overflow__\"
            # TYPE autometrics_overflowed_pairs gauge
            autometrics_overflowed_pairs{service_name="shop"} 0
            # HELP autometrics_name_collisions Functions with the same name and module as another, distinguished by file and line
            # TYPE autometrics_name_collisions gauge
            autometrics_name_collisions{service_name="shop"} 0
            # EOF
        "##]],
    );
}
