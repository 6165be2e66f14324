//! Tests the pages of the metrics server.

use std::sync::atomic::{AtomicU64, Ordering};

use autometrics_prometheus::{Format, Server, encode, serve_from};
use expect_test::{Expect, expect};
use test_harness::{Client, exchange};

use crate::program::shop;

fn server() -> Server {
    serve_from("127.0.0.1:0", shop).expect("a free port")
}

/// Compares the answer of a new server to `bytes`.
#[track_caller]
fn check(bytes: &str, expected: &Expect) {
    let server = server();
    expected.assert_eq(&exchange(server.local_addr(), bytes));
    server.shutdown();
}

#[test]
fn metrics_have_the_preferred_format() {
    let server = server();
    let mut client = Client::connect(server.local_addr());
    let reply = client.get("/metrics");
    assert_eq!(reply.status, "HTTP/1.1 200 OK");
    assert_eq!(
        reply.header("content-type"),
        Some(Format::Text.content_type())
    );
    assert_eq!(reply.body, encode(&shop(), Format::Text));
    client.send(
        "GET /metrics?x=1 HTTP/1.1\r\nHost: localhost\r\nAccept: application/openmetrics-text\r\n\r\n",
    );
    let reply = client.reply();
    assert_eq!(
        reply.header("content-type"),
        Some(Format::OpenMetrics.content_type())
    );
    assert_eq!(reply.body, encode(&shop(), Format::OpenMetrics));
    server.shutdown();
}

#[test]
fn each_scrape_takes_a_snapshot() {
    let scrapes = AtomicU64::new(0);
    let counting = move || {
        let mut snapshot = shop();
        snapshot.overflowed_pairs = scrapes.fetch_add(1, Ordering::Relaxed);
        snapshot
    };
    let server = serve_from("127.0.0.1:0", counting).expect("a free port");
    let mut client = Client::connect(server.local_addr());
    for scrape in 0..3 {
        let line = format!("\nautometrics_overflowed_pairs{{service_name=\"shop\"}} {scrape}\n");
        assert!(client.get("/metrics").body.contains(&line));
        client.get("/");
    }
    server.shutdown();
}

#[test]
fn index_and_unknown_paths_are_answered() {
    check(
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        &expect![[r#"
            HTTP/1.1 200 OK
            content-length: 75
            connection: close
            content-type: text/plain; charset=utf-8
            x-content-type-options: nosniff

            This program is instrumented with autometrics. Its metrics are at /metrics
        "#]],
    );
    check(
        "GET /favicon.ico HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        &expect![[r#"
            HTTP/1.1 404 Not Found
            content-length: 38
            connection: close
            content-type: text/plain; charset=utf-8
            x-content-type-options: nosniff

            nothing here; metrics are at /metrics
        "#]],
    );
}

#[test]
fn request_bodies_are_ignored() {
    let body = "x".repeat(100_000);
    check(
        &format!(
            "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n{body}"
        ),
        &expect![[r#"
            HTTP/1.1 405 Method Not Allowed
            content-length: 30
            connection: close
            content-type: text/plain; charset=utf-8
            allow: GET, HEAD
            x-content-type-options: nosniff

            only GET and HEAD are allowed
        "#]],
    );
}
