//! Tests requests of agents.

use http::{Method, Request, StatusCode};

use super::{Explorer, Mount, Reply, Simulation, explore, shop};
use crate::{MCP_MAX_BODY, shared::Shared, web::answer};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
const PONG: &str = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;

/// Sends a message with further headers.
fn post(shared: &Shared, headers: &[(&str, &str)], body: Option<&str>) -> Reply {
    send(shared, Method::POST, headers, body)
}

fn send(shared: &Shared, method: Method, headers: &[(&str, &str)], body: Option<&str>) -> Reply {
    let mut request = Request::builder().method(method).uri("/mcp");
    let defaults = [
        ("host", "127.0.0.1:9464"),
        ("content-type", "application/json"),
    ];
    for (name, value) in defaults.iter().chain(headers) {
        // The last value replaces a default.
        let headers = request.headers_mut().expect("valid headers");
        let name = http::HeaderName::from_bytes(name.as_bytes()).expect("a name");
        headers.insert(name, value.parse().expect("a value"));
    }
    let request = request.body(()).expect("a request");
    let (head, body) = answer(shared, &request, body.map(str::as_bytes)).into_parts();
    Reply {
        status: head.status,
        headers: head.headers,
        body,
    }
}

fn with_token() -> Shared {
    let Simulation { history, .. } = shop();
    let mount = Mount::At("/".to_owned());
    Explorer::new()
        .mount(mount)
        .mcp_token("s3cret")
        .with(history)
}

fn text(reply: &Reply) -> &str {
    std::str::from_utf8(&reply.body).expect("UTF-8")
}

#[test]
fn messages_are_answered_in_json() {
    let shared = explore(shop());
    let reply = post(&shared, &[], Some(PING));
    assert_eq!((reply.status, text(&reply)), (StatusCode::OK, PONG));
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("mcp-session-id"), None);
    let reply = post(
        &shared,
        &[("content-type", "Application/JSON ; charset=utf-8")],
        Some(PING),
    );
    assert_eq!(reply.status, StatusCode::OK);
}

#[test]
fn notifications_are_accepted_without_a_body() {
    let message = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    let reply = post(&explore(shop()), &[], Some(message));
    assert_eq!((reply.status, text(&reply)), (StatusCode::ACCEPTED, ""));
    assert_eq!(reply.header("content-type"), None);
}

#[test]
fn all_tools_are_listed_and_others_refused() {
    let shared = explore(shop());
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    let reply = post(&shared, &[], Some(list)).json();
    let tools = reply["result"]["tools"].as_array().expect("tools");
    assert_eq!(tools.len(), autometrics_context::tools::list().len());
    for tool in tools {
        assert_eq!(tool["inputSchema"]["type"], "object");
        assert_eq!(tool["outputSchema"]["type"], "object");
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
    }
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete"}}"#;
    let reply = post(&shared, &[], Some(call));
    let expected =
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Unknown tool: delete"}}"#;
    assert_eq!(text(&reply), expected);
}

#[test]
fn foreign_hosts_and_sites_are_refused() {
    let shared = explore(shop());
    let reply = post(&shared, &[("host", "evil.example")], Some(PING));
    assert_eq!(reply.status, StatusCode::MISDIRECTED_REQUEST);
    for origin in ["https://evil.example", "null", "http://203.0.113.1:9464"] {
        let reply = post(&shared, &[("origin", origin)], Some(PING));
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{origin}");
        let error = reply.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(&format!("`{origin}`")), "{error}");
    }
    for origin in ["http://127.0.0.1:9464", "http://localhost:6274"] {
        let reply = post(&shared, &[("origin", origin)], Some(PING));
        assert_eq!(text(&reply), PONG, "{origin}");
        assert_eq!(reply.header("access-control-allow-origin"), None);
    }
}

#[test]
fn token_is_required_if_it_is_set() {
    let shared = with_token();
    let missing = post(&shared, &[], Some(PING));
    assert_eq!(missing.status, StatusCode::UNAUTHORIZED);
    let challenge = "Bearer realm=\"autometrics\"";
    assert_eq!(missing.header("www-authenticate"), Some(challenge));
    let wrong = post(&shared, &[("authorization", "Bearer wr0ng")], Some(PING));
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    let challenge = "Bearer realm=\"autometrics\", error=\"invalid_token\"";
    assert_eq!(wrong.header("www-authenticate"), Some(challenge));
    for reply in [missing, wrong] {
        assert!(!text(&reply).contains("s3cret"));
        assert!(!text(&reply).contains("wr0ng"));
    }
    let right = post(&shared, &[("authorization", "Bearer s3cret")], Some(PING));
    assert_eq!(text(&right), PONG);
    // The page itself needs none.
    assert_eq!(
        super::get(&shared, "/api/v1/functions").status,
        StatusCode::OK
    );
}

#[test]
fn token_is_not_in_debug_output() {
    let explorer = Explorer::new().mcp_token("s3cret");
    assert!(!format!("{explorer:?}").contains("s3cret"));
}

#[test]
fn only_post_is_accepted() {
    let shared = explore(shop());
    for method in ["GET", "HEAD", "DELETE", "PUT", "OPTIONS", "X"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let reply = send(&shared, method.clone(), &[], Some(""));
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(reply.header("allow"), Some("POST"));
    }
}

#[test]
fn other_content_types_are_refused() {
    let shared = explore(shop());
    // Sites may send the first three without asking the server before.
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/jsonl",
        "text/plain; application/json",
        "",
    ] {
        let reply = post(&shared, &[("content-type", content_type)], Some(PING));
        let expected = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        assert_eq!(reply.status, expected, "{content_type}");
    }
}

#[test]
fn headers_that_differ_from_the_message_are_refused() {
    let message = r#"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;
    let shared = explore(shop());
    let revision = ("mcp-protocol-version", "2026-07-28");
    let reply = post(
        &shared,
        &[revision, ("mcp-method", "server/discover")],
        Some(message),
    );
    assert_eq!(reply.status, StatusCode::OK);
    let server = &reply.json()["result"]["_meta"]["io.modelcontextprotocol/serverInfo"];
    assert_eq!(server["name"], "autometrics");
    for headers in [
        &[revision][..],
        &[revision, ("mcp-method", "tools/list")],
        &[("mcp-method", "server/discover")],
    ] {
        let reply = post(&shared, headers, Some(message));
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        assert_eq!(reply.json()["error"]["code"], -32020);
    }
}

#[test]
fn messages_that_are_too_long_or_missing_are_refused() {
    let shared = explore(shop());
    let longest = format!("{PING}{}", " ".repeat(MCP_MAX_BODY - PING.len()));
    assert_eq!(text(&post(&shared, &[], Some(&longest))), PONG);
    let long = format!("{longest} ");
    let reply = post(&shared, &[], Some(&long));
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    let reply = post(&shared, &[], None);
    assert_eq!(reply.status, StatusCode::NOT_IMPLEMENTED);
    let expected = r#"{"error":"this web server passes no bodies to the explorer; call Handler::handle_with_body in it"}"#;
    assert_eq!(text(&reply), expected);
    let reply = post(&shared, &[], Some(""));
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(reply.json()["error"]["code"], -32700);
}
