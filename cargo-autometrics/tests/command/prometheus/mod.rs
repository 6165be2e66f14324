//! Tests of `graph --from`, with a Prometheus that gives the answers of each test.

mod answers;
#[cfg(feature = "https")]
mod encrypted;
mod redirects;
mod requests;
mod seen;

use test_harness::{HttpServer, response};

use crate::{
    drawings::records,
    objects::{elf, write},
};

/// Starts a server that answers with `status` and `body`.
fn serve(status: &'static str, body: String) -> HttpServer {
    HttpServer::start(move |_| response(status, &body))
}

/// Returns the first line of the only request, with its `X-` and authorization headers.
#[track_caller]
fn only_request(server: &HttpServer) -> String {
    let requests = server.requests();
    let [request] = &requests[..] else {
        panic!("not one request: {requests:?}");
    };
    let is_kept = |line: &&str| {
        line.contains(" HTTP/1.1") || line.starts_with("x-") || line.starts_with("authorization")
    };
    let lines: Vec<_> = request.head.lines().filter(is_kept).collect();
    lines.join("\n")
}

/// Returns a row of a query's result: callee, caller, result, service and rate.
fn row(callee: &str, caller: &str, result: &str, service: &str, rate: &str) -> String {
    let (module, function) = callee.rsplit_once('/').unwrap();
    let (caller_module, caller_function) = caller.rsplit_once('/').unwrap_or_default();
    format!(
        r#"{{"metric": {{"module": "{module}", "function": "{function}", "result": "{result}",
            "caller_module": "{caller_module}", "caller_function": "{caller_function}",
            "service_name": "{service}"}}, "value": [1.5, "{rate}"]}}"#
    )
}

/// Returns a row of a query's result: callee, caller and the 95th percentile of their latencies.
fn latency(callee: &str, caller: &str, seconds: &str) -> String {
    let row = row(callee, caller, "", "", seconds);
    row.replacen(
        r#"{"module""#,
        r#"{"autometrics_quantity": "p95", "module""#,
        1,
    )
}

fn success(rows: &[String]) -> String {
    let rows = rows.join(",");
    format!(r#"{{"status": "success", "data": {{"resultType": "vector", "result": [{rows}]}}}}"#)
}

fn seen() -> String {
    success(&[
        row("shop::checkout/place_order", "", "ok", "shop", "4"),
        row("shop::checkout/place_order", "", "error", "shop", "1"),
        row(
            "shop::store/Carts::load",
            "shop::checkout/place_order",
            "ok",
            "shop",
            "123.4",
        ),
        row(
            "shop::payment/charge",
            "shop::checkout/place_order",
            "ok",
            "shop",
            "3.996",
        ),
        row(
            "shop::payment/charge",
            "shop::checkout/place_order",
            "error",
            "shop",
            "0.004",
        ),
        row(
            "shop::payment/charge",
            "shop::retry/again",
            "error",
            "shop",
            "0.00001",
        ),
        row(
            "shop::store/Carts::load",
            "/__overflow__",
            "ok",
            "shop",
            "0.25",
        ),
        row(
            "shop::store/Carts::load",
            "shop::retry/again",
            "ok",
            "shop",
            "NaN",
        ),
        latency("shop::store/Carts::load", "", "0.0000042"),
        latency(
            "shop::store/Carts::load",
            "shop::checkout/place_order",
            "0.0315",
        ),
        latency("shop::payment/charge", "", "1.25"),
        latency("shop::payment/charge", "shop::retry/again", "NaN"),
    ])
}

fn artifact(name: &str) -> String {
    write(name, &elf(".autometrics0", &records()))
}
