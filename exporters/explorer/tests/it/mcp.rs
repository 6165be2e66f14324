//! Tests agents over sockets, well-behaved and misbehaving ones.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpStream},
};

use autometrics_core::Snapshot;
use autometrics_explorer::{Explorer, Server};

use crate::connect;

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
const PONG: &str = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
const JSON: &str = "Content-Type: application/json\r\n";

fn serve() -> Server {
    let explorer = Explorer::new().snapshot_source(|| Snapshot::new("shop"));
    let explorer = explorer.mcp_token("s3cret");
    explorer.serve("127.0.0.1:0").expect("a free port")
}

/// Returns a request with the token, the length of `body`, and further headers.
fn post(headers: &str, body: &str) -> String {
    format!(
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer s3cret\r\nContent-Length: {}\r\n{JSON}{headers}\r\n{body}",
        body.len()
    )
}

/// Returns all answers on a connection that sends `bytes`.
fn exchange(addr: SocketAddr, bytes: &str) -> String {
    let mut stream = connect(addr);
    // The server may refuse the request before it has read all of it.
    let _ = stream.write_all(bytes.as_bytes());
    let _ = stream.shutdown(Shutdown::Write);
    read(&mut stream)
}

fn read(stream: &mut TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// Compares status line and body of the answer to `bytes`.
#[track_caller]
fn check(bytes: &str, status: &str, body: &str) {
    let server = serve();
    let answer = exchange(server.local_addr(), bytes);
    let (head, found) = answer.split_once("\r\n\r\n").expect("a head");
    let expected = format!("HTTP/1.1 {status}");
    assert_eq!(head.lines().next(), Some(&*expected), "{answer}");
    assert!(found.contains(body), "{answer}");
    server.shutdown();
}

#[test]
fn agent_is_answered() {
    check(&post("", PING), "200 OK", PONG);
    let initialized = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    check(&post("", initialized), "202 Accepted", "");
}

#[test]
fn body_in_chunks_is_answered() {
    let request = post("", "").replace("Content-Length: 0", "Transfer-Encoding: chunked");
    let (begin, end) = PING.split_at(10);
    let chunks = format!("a\r\n{begin}\r\n{:x}\r\n{end}\r\n0\r\n\r\n", end.len());
    check(&format!("{request}{chunks}"), "200 OK", PONG);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = serve();
    let page = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let requests = [
        post("", PING),
        page.to_owned(),
        post("", &PING.replace('1', "2")),
        post("Connection: close\r\n", &PING.replace('1', "3")),
    ];
    let answers = exchange(server.local_addr(), &requests.concat());
    let found: Vec<_> = answers.match_indices("HTTP/1.1 200 OK").collect();
    assert_eq!(found.len(), 4, "{answers}");
    let ids = [1, 2, 3].map(|id| answers.find(&format!(r#""id":{id},"result":{{}}"#)));
    assert!(
        ids.iter().all(Option::is_some) && ids.is_sorted(),
        "{answers}"
    );
    server.shutdown();
}

#[test]
fn foreign_hosts_and_sites_are_refused() {
    let host = post("", PING).replace("Host: 127.0.0.1", "Host: evil.example");
    check(&host, "421 Misdirected Request", "`evil.example`");
    let origin = post("Origin: https://evil.example\r\n", PING);
    check(&origin, "403 Forbidden", "`https://evil.example`");
    check(&post("Origin: http://127.0.0.1\r\n", PING), "200 OK", PONG);
}

#[test]
fn missing_and_wrong_tokens_are_refused() {
    let missing = post("", PING).replace("Authorization: Bearer s3cret\r\n", "");
    check(
        &missing,
        "401 Unauthorized",
        "the token is missing or wrong",
    );
    let wrong = post("", PING).replace("s3cret", "s3crets");
    check(&wrong, "401 Unauthorized", "the token is missing or wrong");
}

#[test]
fn other_methods_are_refused() {
    for method in ["GET", "DELETE", "PUT"] {
        let request = post("", "").replace("POST", method);
        check(&request, "405 Method Not Allowed", "use POST");
    }
}

#[test]
fn malformed_messages_are_refused() {
    check(
        &post("", "{\"jsonrpc\""),
        "400 Bad Request",
        r#""code":-32700"#,
    );
    check(&post("", "{}"), "400 Bad Request", r#""code":-32600"#);
    let text = post("", PING).replace("application/json", "text/plain");
    check(&text, "415 Unsupported Media Type", "application/json");
    let revision = "MCP-Protocol-Version: 2099-01-01\r\n";
    check(&post(revision, PING), "400 Bad Request", r#""code":-32022"#);
    let modern = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;
    let headers = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\n";
    check(
        &post(headers, modern),
        "400 Bad Request",
        r#""code":-32020"#,
    );
    let headers = headers.replace("tools/call", "tools/list");
    check(
        &post(&headers, modern),
        "200 OK",
        r#""cacheScope":"public""#,
    );
}

#[test]
fn long_bodies_are_refused() {
    let megabyte = " ".repeat(1_000_000);
    let refused = "413 Payload Too Large";
    check(&post("", &megabyte), refused, "payload too large");
    let waiting = post("Expect: 100-continue\r\n", "");
    let waiting = waiting.replace("Content-Length: 0", "Content-Length: 65537");
    check(&waiting, refused, "payload too large");
}

#[test]
fn agent_is_answered_beside_unfinished_bodies() {
    let server = serve();
    let addr = server.local_addr();
    let begin = post("", PING).replace(PING, "{");
    let slow: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = connect(addr);
            stream.write_all(begin.as_bytes()).expect("sends");
            stream
        })
        .collect();
    let answer = exchange(addr, &post("", PING));
    assert!(answer.ends_with(PONG), "{answer}");
    drop(slow);
    server.shutdown();
}
