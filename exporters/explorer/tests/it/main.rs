//! Tests the server with well-behaved and misbehaving clients.

#[cfg(feature = "mcp")]
mod mcp;
mod warning;

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use autometrics_core::{Function, Snapshot};
use autometrics_explorer::{Explorer, Server};
use test_harness::{PATIENCE, send};

/// Far more connections than the listener has threads.
const CROWD: usize = 1_000;
/// As many connections as the system lets wait. `exporters/listener/tests/crowds` tests more.
const SLOW: usize = 120;

fn serve() -> Server {
    let snapshot = || {
        let mut snapshot = Snapshot::new("shop");
        snapshot.functions.push(Function::new("shop", "load"));
        snapshot
    };
    let explorer = Explorer::new().snapshot_source(snapshot);
    explorer.serve("127.0.0.1:0").expect("a free port")
}

fn connect(addr: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(addr).expect("connects");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream
}

/// Returns the response to a request with this host.
fn get(addr: SocketAddr, path: &str, host: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    send(addr, request, PATIENCE).expect("an answer")
}

#[track_caller]
fn check_metrics(addr: SocketAddr) {
    let answer = get(addr, "/metrics", "127.0.0.1");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(
        answer.contains("function_calls_duration_seconds_count{function=\"load\""),
        "{answer}"
    );
}

#[test]
fn one_port_has_the_page_the_api_and_metrics() {
    let server = serve();
    let addr = server.local_addr();
    check_metrics(addr);
    let page = get(addr, "/", "localhost");
    assert!(page.contains("<!DOCTYPE html>"), "{page}");
    let functions = get(addr, "/api/v1/functions", &addr.to_string());
    assert!(functions.contains("\"id\":\"shop::load\""), "{functions}");
    let nothing = get(addr, "/nothing", "localhost");
    assert!(
        nothing.starts_with("HTTP/1.1 404 Not Found\r\n"),
        "{nothing}"
    );
    server.shutdown();
}

#[test]
fn other_hosts_are_refused() {
    let server = serve();
    let answer = get(server.local_addr(), "/api/v1/functions", "evil.example");
    assert!(
        answer.starts_with("HTTP/1.1 421 Misdirected Request\r\n"),
        "{answer}"
    );
    assert!(!answer.contains("shop::load"), "{answer}");
    server.shutdown();
}

#[test]
fn metrics_answer_beside_a_crowd_of_idle_connections() {
    let server = serve();
    let addr = server.local_addr();
    let mut crowd = Vec::new();
    for _ in 0..CROWD {
        let mut stream = connect(addr);
        stream
            .write_all(b"HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .expect("sends");
        let mut first = [0; 1];
        stream.read_exact(&mut first).expect("an answer");
        crowd.push(stream);
    }
    check_metrics(addr);
    server.shutdown();
}

#[test]
fn pages_answer_beside_unfinished_requests() {
    let server = serve();
    let addr = server.local_addr();
    let slow: Vec<_> = (0..SLOW)
        .map(|_| {
            let mut stream = connect(addr);
            stream
                .write_all(b"GET /api/v1/functions HTTP/1.1\r\nX: ")
                .expect("sends");
            stream
        })
        .collect();
    check_metrics(addr);
    let page = get(addr, "/", "localhost");
    assert!(page.contains("<!DOCTYPE html>"), "{page}");
    drop(slow);
    server.shutdown();
}
