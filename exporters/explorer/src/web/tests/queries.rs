//! Tests the PromQL queries of a function.

use expect_test::expect;

use super::{explore, get, shop};

#[test]
fn queries_are_about_the_calls_of_one_function() {
    let series = get(
        &explore(shop()),
        "/api/v1/series?function=shop%3A%3Aacquire",
    )
    .json();
    let queries = series["promql"].as_array().unwrap().iter().map(|query| {
        let text = |key: &str| query[key].as_str().unwrap().to_owned();
        format!("# {}\n{}\n", text("title"), text("query"))
    });
    expect![[r#"
        # calls per second, by result
        sum by (result) (rate(function_calls_total{function="acquire",module="shop",service_name="shop"}[5m]))
        # error ratio
        sum(rate(function_calls_total{function="acquire",module="shop",service_name="shop",result="error"}[5m])) / (sum(rate(function_calls_total{function="acquire",module="shop",service_name="shop"}[5m])) > 0)
        # errors per second, by error kind
        sum by (error) (rate(function_calls_total{function="acquire",module="shop",service_name="shop",result="error"}[5m]))
        # median latency
        histogram_quantile(0.5, sum(rate(function_calls_duration_seconds{function="acquire",module="shop",service_name="shop"}[5m])))
        or histogram_quantile(0.5, sum by (le) (rate(function_calls_duration_seconds_bucket{function="acquire",module="shop",service_name="shop"}[5m])))
        # 95th percentile of the latency
        histogram_quantile(0.95, sum(rate(function_calls_duration_seconds{function="acquire",module="shop",service_name="shop"}[5m])))
        or histogram_quantile(0.95, sum by (le) (rate(function_calls_duration_seconds_bucket{function="acquire",module="shop",service_name="shop"}[5m])))
        # 99th percentile of the latency
        histogram_quantile(0.99, sum(rate(function_calls_duration_seconds{function="acquire",module="shop",service_name="shop"}[5m])))
        or histogram_quantile(0.99, sum by (le) (rate(function_calls_duration_seconds_bucket{function="acquire",module="shop",service_name="shop"}[5m])))
        # calls per second, by caller
        sum by (caller_function, caller_module) (rate(function_calls_total{function="acquire",module="shop",service_name="shop"}[5m]))
        # calls in flight
        sum(function_calls_concurrent{function="acquire",module="shop",service_name="shop"})
    "#]]
    .assert_eq(&queries.collect::<String>());
}
