//! Tests messages with the headers of HTTP.

use expect_test::expect;

use super::{check_http, modern};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

#[test]
fn headers_of_the_modern_era_repeat_the_message() {
    let ok = expect![[
        r#"200 {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"{\"said\":{}}"}],"structuredContent":{"said":{}},"isError":false,"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"shop","version":"1.2.3"}}}}"#
    ]];
    let call = modern("tools/call", r#""name":"echo","#);
    let encoded = "=?base64?ZWNobw==?=";
    check_http(&call, ["2026-07-28", "tools/call", "echo"], &ok);
    check_http(&call, ["2026-07-28", "tools/call", encoded], &ok);
    for headers in [
        ["", "tools/call", "echo"],
        ["2025-11-25", "tools/call", "echo"],
        ["2026-07-28", "", "echo"],
        ["2026-07-28", "Tools/Call", "echo"],
        ["2026-07-28", "tools/call", ""],
        ["2026-07-28", "tools/call", "other"],
        ["2026-07-28", "tools/call", "=?base64?ZWNobw=?="],
    ] {
        let [protocol_version, method, name] =
            headers.map(|value| (!value.is_empty()).then(|| value.to_owned()));
        let headers = super::Headers {
            protocol_version,
            method,
            name,
        };
        let reply = super::server().handle_http(call.as_bytes(), &headers, &mut super::call);
        assert_eq!(reply.status, 400, "{headers:?}");
        let reply = super::shown(reply);
        let begin =
            r#"400 {"jsonrpc":"2.0","id":1,"error":{"code":-32020,"message":"Header mismatch: "#;
        assert!(reply.starts_with(begin), "{reply}");
    }
    check_http(
        &call,
        ["2026-07-28", "tools/call", "other"],
        &expect![[
            r#"400 {"jsonrpc":"2.0","id":1,"error":{"code":-32020,"message":"Header mismatch: Mcp-Name header value 'other' does not match body value 'echo'"}}"#
        ]],
    );
    check_http(
        &call,
        ["2026-07-28", "tools/call", ""],
        &expect![[
            r#"400 {"jsonrpc":"2.0","id":1,"error":{"code":-32020,"message":"Header mismatch: Mcp-Name is missing; the body has 'echo'"}}"#
        ]],
    );
}

#[test]
fn discovery_needs_no_name() {
    let discover = modern("server/discover", "");
    check_http(
        &discover,
        ["2026-07-28", "server/discover", ""],
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"],"capabilities":{"tools":{}},"instructions":"Ask for suspects first.","ttlMs":3600000,"cacheScope":"public","resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"shop","version":"1.2.3"}}}}"#
        ]],
    );
}

#[test]
fn header_without_meta_is_refused() {
    check_http(
        PING,
        ["2026-07-28", "ping", ""],
        &expect![[
            r#"400 {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params: `_meta` must have \"io.modelcontextprotocol/protocolVersion\", a string"}}"#
        ]],
    );
}

#[test]
fn unsupported_revision_is_refused() {
    check_http(
        PING,
        ["1900-01-01", "", ""],
        &expect![[
            r#"400 {"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"Unsupported protocol version","data":{"requested":"1900-01-01","supported":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"]}}}"#
        ]],
    );
    let message = modern("tools/list", "").replace("2026-07-28", "2099-01-01");
    check_http(
        &message,
        ["2099-01-01", "tools/list", ""],
        &expect![[
            r#"400 {"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"Unsupported protocol version","data":{"requested":"2099-01-01","supported":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"]}}}"#
        ]],
    );
}

#[test]
fn revisions_with_a_handshake_need_no_headers() {
    let pong = expect![[r#"200 {"jsonrpc":"2.0","id":1,"result":{}}"#]];
    check_http(PING, ["", "", ""], &pong);
    check_http(PING, ["2025-06-18", "other", "other"], &pong);
}

#[test]
fn initialize_is_answered_with_any_header() {
    let message = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-03-26"}}"#;
    let answer = expect![[
        r#"200 {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-03-26","capabilities":{"tools":{}},"serverInfo":{"name":"shop","version":"1.2.3"},"instructions":"Ask for suspects first."}}"#
    ]];
    for revision in ["", "2025-11-25", "2026-07-28", "1900-01-01"] {
        check_http(message, [revision, "", ""], &answer);
    }
    check_http(
        &modern("initialize", ""),
        ["2026-07-28", "initialize", ""],
        &expect![[
            r#"404 {"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found: initialize"}}"#
        ]],
    );
}

#[test]
fn responses_are_refused_from_the_modern_era_on() {
    let response = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
    check_http(response, ["2025-11-25", "", ""], &expect!["202 no answer"]);
    check_http(
        response,
        ["2026-07-28", "", ""],
        &expect![[
            r#"400 {"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request: the server has sent no request"}}"#
        ]],
    );
}
