//! Tests messages of revision 2026-07-28, without a transport.

use expect_test::expect;

use super::{check, modern};

#[test]
fn discovery_lists_all_revisions() {
    check(
        &modern("server/discover", ""),
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"],"capabilities":{"tools":{}},"instructions":"Ask for suspects first.","ttlMs":3600000,"cacheScope":"public","resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"shop","version":"1.2.3"}}}}"#
        ]],
    );
}

#[test]
fn tools_are_listed_for_an_hour() {
    check(
        &modern("tools/list", ""),
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"result":{"tools":[{"annotations":{"destructiveHint":false,"idempotentHint":true,"openWorldHint":false,"readOnlyHint":true},"description":"Returns its arguments.","inputSchema":{"type":"object"},"name":"echo","outputSchema":{"type":"object"}}],"ttlMs":3600000,"cacheScope":"public","resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"shop","version":"1.2.3"}}}}"#
        ]],
    );
    check(
        &modern("tools/list", r#""cursor":"2","#),
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params: unknown `cursor`; the list has one page"}}"#
        ]],
    );
}

#[test]
fn calls_are_answered() {
    check(
        &modern("tools/call", r#""name":"echo","arguments":{"a":1},"#),
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"{\"said\":{\"a\":1}}"}],"structuredContent":{"said":{"a":1}},"isError":false,"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"shop","version":"1.2.3"}}}}"#
        ]],
    );
    check(
        &modern("tools/call", r#""name":"echo","arguments":{"fail":1},"#),
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"`fail` is unknown; leave it out"}],"isError":true,"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"shop","version":"1.2.3"}}}}"#
        ]],
    );
    check(
        &modern("tools/call", r#""name":"other","#),
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Unknown tool: other"}}"#
        ]],
    );
}

#[test]
fn methods_of_older_revisions_are_unknown() {
    for method in ["ping", "logging/setLevel", "resources/subscribe"] {
        let expected = format!(
            r#"404 {{"jsonrpc":"2.0","id":1,"error":{{"code":-32601,"message":"Method not found: {method}"}}}}"#
        );
        let message = modern(method, "");
        let reply = super::server().handle(message.as_bytes(), &mut super::call);
        assert_eq!(super::shown(reply), expected);
    }
}

#[test]
fn unsupported_revision_is_answered_with_the_supported_ones() {
    let message = modern("server/discover", "").replace("2026-07-28", "2099-01-01");
    check(
        &message,
        &expect![[
            r#"400 {"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"Unsupported protocol version","data":{"requested":"2099-01-01","supported":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"]}}}"#
        ]],
    );
    let message = modern("tools/list", "").replace("2026-07-28", &"9".repeat(1000));
    check(
        &message,
        &expect![[
            r#"400 {"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"Unsupported protocol version","data":{"requested":"9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999…","supported":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"]}}}"#
        ]],
    );
}

#[test]
fn incomplete_meta_is_refused() {
    let complete = modern("tools/list", "");
    let no_capabilities = complete.replace("clientCapabilities", "other");
    check(
        &no_capabilities,
        &expect![[
            r#"400 {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params: `_meta` must have \"io.modelcontextprotocol/clientCapabilities\", an object"}}"#
        ]],
    );
    let no_object = complete.replace("Capabilities\":{}", "Capabilities\":1");
    check(
        &no_object,
        &expect![[
            r#"400 {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params: `_meta` must have \"io.modelcontextprotocol/clientCapabilities\", an object"}}"#
        ]],
    );
    let no_text = complete.replace("\"2026-07-28\"", "20260728");
    check(
        &no_text,
        &expect![[
            r#"400 {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params: `_meta` must have \"io.modelcontextprotocol/protocolVersion\", a string"}}"#
        ]],
    );
}
