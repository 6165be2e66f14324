//! Tests the listener with bodies of requests.

use autometrics_listener::{Server, listen, listen_with_body};
use expect_test::{Expect, expect};
use http::{Request, Response};

use test_harness::{Client, exchange};

/// Maximum length of a body in these tests.
const MOST: usize = 1000;

/// Starts a listener that answers with the method and the body of the request.
fn server() -> Server {
    let echo = |request: &Request<Vec<u8>>| {
        let begin = format!("{} ", request.method());
        Response::new([begin.as_bytes(), request.body()].concat())
    };
    listen_with_body("test", "127.0.0.1:0", MOST, echo).expect("a free port")
}

fn post(headers: &str, body: &str) -> String {
    format!("POST / HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n{body}")
}

/// Compares status and body of the answers to `bytes` on one connection.
#[track_caller]
fn check(bytes: &str, expected: &[[&str; 2]]) {
    let server = server();
    let mut client = Client::connect(server.local_addr());
    client.send(bytes);
    for [status, body] in expected {
        let reply = client.reply();
        assert_eq!([&*reply.status, &*reply.body], [*status, *body]);
    }
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(client.reply().body, "GET ", "nothing is left over");
    server.shutdown();
}

/// Compares the answer to `bytes`, after which the connection is closed.
#[track_caller]
fn check_refused(bytes: &str, expected: &Expect) {
    let server = server();
    expected.assert_eq(&exchange(server.local_addr(), bytes));
    server.shutdown();
}

const OK: &str = "HTTP/1.1 200 OK";

#[test]
fn body_with_a_length_reaches_the_handler() {
    check(&post("Content-Length: 2\r\n", "{}"), &[[OK, "POST {}"]]);
    check(&post("Content-Length: 0\r\n", ""), &[[OK, "POST "]]);
    check(&post("", ""), &[[OK, "POST "]]);
    let longest = "x".repeat(MOST);
    let echoed = format!("POST {longest}");
    let headers = format!("Content-Length: {MOST}\r\n");
    check(&post(&headers, &longest), &[[OK, &echoed]]);
}

#[test]
fn body_in_chunks_reaches_the_handler() {
    let headers = "Transfer-Encoding: chunked\r\n";
    check(
        &post(headers, "2\r\n{}\r\n1;x=y\r\n \r\n0\r\nDigest: z\r\n\r\n"),
        &[[OK, "POST {} "]],
    );
    check(&post(headers, "0\r\n\r\n"), &[[OK, "POST "]]);
}

#[test]
fn pipelined_requests_keep_their_bodies() {
    let chunked = post("Transfer-Encoding: chunked\r\n", "3\r\ntwo\r\n0\r\n\r\n");
    let all = [
        &*post("Content-Length: 3\r\n", "one"),
        &chunked,
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        &post(
            "Content-Length: 27\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
    ];
    check(
        &all.concat(),
        &[
            [OK, "POST one"],
            [OK, "POST two"],
            [OK, "GET "],
            [OK, "POST GET / HTTP/1.1\r\nHost: a\r\n\r\n"],
        ],
    );
}

#[test]
fn body_beyond_the_limit_is_refused() {
    let refusal = expect![[r#"
        HTTP/1.1 413 Payload Too Large
        content-length: 18
        connection: close
        content-type: text/plain; charset=utf-8
        x-content-type-options: nosniff

        payload too large
    "#]];
    let megabyte = "x".repeat(1_000_000);
    check_refused(&post("Content-Length: 1000000\r\n", &megabyte), &refusal);
    let chunk = format!("f4240\r\n{megabyte}");
    check_refused(&post("Transfer-Encoding: chunked\r\n", &chunk), &refusal);
}

#[test]
fn requests_with_two_ends_are_refused() {
    let refusal = expect![[r#"
        HTTP/1.1 400 Bad Request
        content-length: 12
        connection: close
        content-type: text/plain; charset=utf-8
        x-content-type-options: nosniff

        bad request
    "#]];
    let both = "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n";
    check_refused(&post(both, "0\r\n\r\n"), &refusal);
    let two = "Content-Length: 2\r\nContent-Length: 3\r\n";
    check_refused(&post(two, "{}"), &refusal);
}

#[test]
fn client_that_waits_for_status_100_gets_it() {
    let server = server();
    let mut client = Client::connect(server.local_addr());
    client.send(&post("Content-Length: 2\r\nExpect: 100-continue\r\n", ""));
    assert_eq!(client.head().status, "HTTP/1.1 100 Continue");
    client.send("{}");
    assert_eq!(client.reply().body, "POST {}");
    server.shutdown();
}

#[test]
fn client_that_waits_with_a_body_beyond_the_limit_is_refused() {
    check_refused(
        &post("Content-Length: 1001\r\nExpect: 100-continue\r\n", ""),
        &expect![[r#"
            HTTP/1.1 413 Payload Too Large
            content-length: 18
            connection: close
            content-type: text/plain; charset=utf-8
            x-content-type-options: nosniff

            payload too large
        "#]],
    );
}

#[test]
fn unfinished_bodies_make_room_with_status_408() {
    let server = server();
    let mut slow = Vec::new();
    for _ in 0..8 {
        let mut client = Client::connect(server.local_addr());
        client.send(&post("Content-Length: 9\r\n", ""));
        slow.push(client);
    }
    let mut client = Client::connect(server.local_addr());
    assert_eq!(client.get("/").status, OK);
    assert_eq!(slow[0].reply().status, "HTTP/1.1 408 Request Timeout");
    server.shutdown();
}

#[test]
fn clients_that_leave_within_a_body_free_their_threads() {
    let server = server();
    for headers in ["Content-Length: 9\r\n", "Transfer-Encoding: chunked\r\n"] {
        for _ in 0..8 {
            Client::connect(server.local_addr()).send(&post(headers, "9\r\n"));
        }
    }
    let mut client = Client::connect(server.local_addr());
    assert_eq!(client.get("/").status, OK);
    server.shutdown();
}

#[test]
fn listener_without_bodies_closes_after_one() {
    let server = listen("test", "127.0.0.1:0", |_| Response::new(Vec::new()));
    let server = server.expect("a free port");
    for headers in ["Content-Length: 2\r\n", "Transfer-Encoding: chunked\r\n"] {
        let mut client = Client::connect(server.local_addr());
        client.send(&post(headers, "{}"));
        assert_eq!(client.reply().header("connection"), Some("close"));
        assert!(client.is_closed());
    }
    server.shutdown();
}
