//! Tests compressed pages with an independent decompressor and Prometheus' own header.

use std::io::Read as _;

use autometrics_core::Snapshot;
use autometrics_prometheus::{Format, encode, response_from, serve_from};
use flate2::read::MultiGzDecoder;
use http::{HeaderMap, HeaderValue, header::ACCEPT_ENCODING};
use test_harness::{Client, Reply};

use crate::program::shop;

fn decompressed(bytes: &[u8]) -> String {
    let mut text = String::new();
    let read = MultiGzDecoder::new(bytes).read_to_string(&mut text);
    read.expect("gzip and UTF-8");
    text
}

fn answer(accepted: &[&'static str], snapshot: &Snapshot) -> http::Response<Vec<u8>> {
    let mut headers = HeaderMap::new();
    for accepted in accepted {
        headers.append(ACCEPT_ENCODING, HeaderValue::from_static(accepted));
    }
    response_from(&headers, snapshot)
}

#[track_caller]
fn check(accepted: &[&'static str], is_compressed: bool) {
    let response = answer(accepted, &shop());
    let coding = response.headers().get("content-encoding");
    assert_eq!(coding.is_some_and(|it| it == "gzip"), is_compressed);
    assert_eq!(response.headers()["vary"], "accept, accept-encoding");
    let text = if is_compressed {
        decompressed(response.body())
    } else {
        String::from_utf8(response.into_body()).expect("UTF-8")
    };
    assert_eq!(text, encode(&shop(), Format::Text));
}

#[test]
fn page_is_compressed_if_the_request_prefers_gzip() {
    check(&[], false);
    check(&["gzip"], true);
    check(&["identity"], false);
    check(&["gzip;q=0"], false);
    check(&["*"], true);
    // The values of several headers form one list.
    check(&["br", "gzip;q=0.5"], true);
    check(&["gzip", "identity;q=0"], true);
    check(&["gzip;q=0.5", "identity"], false);
}

#[test]
fn short_page_is_compressed_only_if_identity_is_refused() {
    let mut short = Snapshot::new("shop");
    short.functions.clear();
    let plain = encode(&short, Format::Text);
    assert!(plain.len() < 1_400, "{}", plain.len());
    let response = answer(&["gzip"], &short);
    assert_eq!(response.headers().get("content-encoding"), None);
    assert_eq!(response.body(), plain.as_bytes());
    let response = answer(&["gzip, identity;q=0"], &short);
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(decompressed(response.body()), plain);
}

fn ask(client: &mut Client, method: &str, accept: &str) {
    client.send(&format!(
        "{method} /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\
         Accept-Encoding: gzip\r\n\r\n"
    ));
}

fn assert_is_compressed(reply: &Reply, format: Format) {
    assert_eq!(reply.status, "HTTP/1.1 200 OK");
    assert_eq!(reply.header("content-encoding"), Some("gzip"));
    assert_eq!(reply.header("content-type"), Some(format.content_type()));
}

#[test]
fn listener_compresses_each_format_and_keeps_the_connection() {
    let server = serve_from("127.0.0.1:0", shop).expect("a free port");
    let mut client = Client::connect(server.local_addr());
    for (accept, format) in [
        ("*/*", Format::Text),
        ("application/openmetrics-text", Format::OpenMetrics),
    ] {
        ask(&mut client, "GET", accept);
        let (reply, body) = client.reply_in_bytes();
        assert_is_compressed(&reply, format);
        assert_eq!(decompressed(&body), encode(&shop(), format));
    }
    assert_eq!(client.get("/metrics").body, encode(&shop(), Format::Text));
    server.shutdown();
}

#[test]
fn head_has_the_headers_of_the_compressed_page() {
    let server = serve_from("127.0.0.1:0", shop).expect("a free port");
    let mut client = Client::connect(server.local_addr());
    ask(&mut client, "HEAD", "*/*");
    let head = client.head();
    assert_is_compressed(&head, Format::Text);
    // The next answer begins directly after the head.
    ask(&mut client, "GET", "*/*");
    let (get, body) = client.reply_in_bytes();
    assert_eq!(head.head, get.head);
    assert!(body.len() < encode(&shop(), Format::Text).len() / 2);
    server.shutdown();
}

#[test]
fn pages_without_metrics_are_never_compressed() {
    let server = serve_from("127.0.0.1:0", shop).expect("a free port");
    let mut client = Client::connect(server.local_addr());
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n");
    assert_eq!(client.reply().header("content-encoding"), None);
    server.shutdown();
}
