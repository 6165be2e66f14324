//! Tests of `graph --from`, with a Prometheus that gives the answers of each test.

mod answers;
#[cfg(feature = "https")]
mod encrypted;
mod redirects;
mod requests;
mod seen;

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    thread::{self, JoinHandle},
};

use crate::{
    drawings::records,
    objects::{elf, write},
};

/// Answers one request. Returns the URL, and a thread that returns the first line of the request
/// with its `X-` and authorization headers.
fn serve(status: &'static str, body: String) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let mut request = lines.next().unwrap().unwrap();
        for line in lines
            .map_while(Result::ok)
            .take_while(|line| !line.is_empty())
        {
            if line.starts_with("x-") || line.starts_with("authorization") {
                request.push('\n');
                request.push_str(&line);
            }
        }
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
        .unwrap();
        request
    });
    (url, server)
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
