//! Tests the host names that metrics are served for, and protection from content sniffing.

use autometrics_prometheus::{MetricsServer, Server, serve_from};
use expect_test::{Expect, expect};

use crate::program::shop;
use test_harness::Client;

fn server() -> Server {
    serve_from("127.0.0.1:0", shop).expect("a free port")
}

#[track_caller]
fn check(server: &Server, request: &str, expected: &Expect) {
    let mut client = Client::connect(server.local_addr());
    client.send(request);
    let reply = client.reply();
    let head = reply.head.replace("\r\n", "\n");
    expected.assert_eq(&format!("{}\n{head}{}", reply.status, reply.body));
}

/// Returns the status of a request for `host`.
fn status(server: &Server, host: &str) -> String {
    let mut client = Client::connect(server.local_addr());
    client.send(&format!(
        "GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    ));
    let reply = client.reply();
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    reply.status
}

const OK: &str = "HTTP/1.1 200 OK";
const MISDIRECTED: &str = "HTTP/1.1 421 Misdirected Request";

#[test]
fn other_hosts_get_no_metrics() {
    let server = server();
    for host in ["127.0.0.1", "localhost:9464", "[::1]:1", "shop.localhost"] {
        assert_eq!(status(&server, host), OK, "{host}");
    }
    for host in ["evil.example", "127.0.0.1.evil.example", "shop", ""] {
        assert_eq!(status(&server, host), MISDIRECTED, "{host}");
    }
    check(
        &server,
        "GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        &expect![[r#"
            HTTP/1.1 421 Misdirected Request
            content-length: 130
            connection: close
            content-type: text/plain; charset=utf-8
            x-content-type-options: nosniff

            requests for this host are refused; use the address or localhost, or allow the name with AUTOMETRICS_HOSTS or MetricsServer::host
        "#]],
    );
    check(
        &server,
        "GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        &expect![[r#"
            HTTP/1.1 421 Misdirected Request
            content-length: 130
            connection: close
            content-type: text/plain; charset=utf-8
            x-content-type-options: nosniff

            requests for this host are refused; use the address or localhost, or allow the name with AUTOMETRICS_HOSTS or MetricsServer::host
        "#]],
    );
    server.shutdown();
}

#[test]
fn allowed_hosts_get_metrics() {
    let metrics = || MetricsServer::new().snapshot_source(shop);
    let server = metrics().host("Shop.internal").host("shop");
    let server = server.serve("127.0.0.1:0").expect("a free port");
    for host in ["shop.internal:9464", "SHOP"] {
        assert_eq!(status(&server, host), OK, "{host}");
    }
    assert_eq!(status(&server, "evil.example"), MISDIRECTED);
    server.shutdown();
    let server = metrics().any_host().serve("127.0.0.1:0");
    let server = server.expect("a free port");
    assert_eq!(status(&server, "anything.example"), OK);
    server.shutdown();
}

/// Runs itself in another process, because all tests of this one share its environment.
#[test]
fn the_environment_allows_hosts() {
    const VARIABLE: &str = "AUTOMETRICS_HOSTS";
    if std::env::var(VARIABLE).is_ok() {
        let server = server();
        assert_eq!(status(&server, "shop.internal:9464"), OK);
        assert_eq!(status(&server, "evil.example"), MISDIRECTED);
        return server.shutdown();
    }
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "hosts::the_environment_allows_hosts"])
        .env(VARIABLE, "shop, Shop.Internal")
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn every_answer_forbids_content_sniffing() {
    for request in [
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
    ] {
        let server = server();
        let mut client = Client::connect(server.local_addr());
        client.send(request);
        let reply = client.reply();
        let sniffing = reply.header("x-content-type-options");
        assert_eq!(sniffing, Some("nosniff"), "{request}");
        server.shutdown();
    }
}
