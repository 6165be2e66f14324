//! Tests messages of the revisions that begin with `initialize`, and of JSON-RPC.

use expect_test::expect;

use super::check;

#[test]
fn initialize_returns_the_requested_revision() {
    for revision in ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] {
        let expected = r#"200 {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"REVISION","capabilities":{"tools":{}},"serverInfo":{"name":"shop","version":"1.2.3"},"instructions":"Ask for suspects first."}}"#;
        let message = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"REVISION","capabilities":{"roots":{}},"clientInfo":{"name":"c","version":"1"}}}"#;
        let message = message.replace("REVISION", revision);
        let reply = super::shown(super::server().handle(message.as_bytes(), &mut super::call));
        assert_eq!(reply, expected.replace("REVISION", revision));
    }
}

#[test]
fn initialize_with_an_unknown_revision_returns_the_newest_one_with_a_handshake() {
    for revision in ["2026-07-28", "1.0.0", "2099-01-01", ""] {
        check(
            &format!(
                r#"{{"jsonrpc":"2.0","id":"a","method":"initialize","params":{{"protocolVersion":"{revision}"}}}}"#
            ),
            &expect![[
                r#"200 {"jsonrpc":"2.0","id":"a","result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"shop","version":"1.2.3"},"instructions":"Ask for suspects first."}}"#
            ]],
        );
    }
}

#[test]
fn initialize_without_a_revision_is_refused() {
    check(
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#,
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params: `protocolVersion` must be a string"}}"#
        ]],
    );
}

#[test]
fn initialize_with_the_meta_of_the_modern_era_is_answered() {
    check(
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#,
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"shop","version":"1.2.3"},"instructions":"Ask for suspects first."}}"#
        ]],
    );
}

#[test]
fn notifications_get_no_answer() {
    for method in [
        "notifications/initialized",
        "notifications/cancelled",
        "notifications/unknown",
        "tools/call",
    ] {
        check(
            &format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":[1]}}"#),
            &expect!["202 no answer"],
        );
    }
    check(
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        &expect!["202 no answer"],
    );
}

#[test]
fn ids_come_back_with_their_type() {
    for id in [
        "0",
        "-7",
        "18446744073709551615",
        r#""""#,
        r#""a\"\u0007é""#,
    ] {
        let message = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
        let reply = super::shown(super::server().handle(message.as_bytes(), &mut super::call));
        let expected = format!(r#"200 {{"jsonrpc":"2.0","id":{id},"result":{{}}}}"#);
        assert_eq!(reply, expected);
    }
}

#[test]
fn invalid_ids_are_refused_and_left_out_of_the_answer() {
    for id in [
        "null",
        "1.5",
        "1.0",
        "true",
        "{}",
        "[]",
        "1e400",
        "18446744073709551616",
    ] {
        let message = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
        let reply = super::server().handle(message.as_bytes(), &mut super::call);
        assert_eq!(reply.status, 400, "{id}");
        let reply = super::shown(reply);
        assert!(!reply.contains("\"id\""), "{reply}");
    }
    check(
        r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
        &expect![[
            r#"400 {"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request: `id` must be a string or an integer"}}"#
        ]],
    );
}

#[test]
fn messages_that_are_not_json_are_refused() {
    check(
        "",
        &expect![[
            r#"400 {"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error: EOF while parsing a value at line 1 column 0"}}"#
        ]],
    );
    check(
        "{\"jsonrpc\":\"2.0\"",
        &expect![[
            r#"400 {"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error: EOF while parsing an object at line 1 column 16"}}"#
        ]],
    );
    check(
        "{} {}",
        &expect![[
            r#"400 {"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error: trailing characters at line 1 column 4"}}"#
        ]],
    );
    check(
        "\u{feff}{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r\n",
        &expect![[r#"200 {"jsonrpc":"2.0","id":1,"result":{}}"#]],
    );
}

#[test]
fn json_that_is_no_message_is_refused() {
    check(
        "7",
        &expect![[
            r#"400 {"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request: a message is an object"}}"#
        ]],
    );
    check(
        "{}",
        &expect![[
            r#"400 {"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request: `jsonrpc` must be \"2.0\""}}"#
        ]],
    );
    check(
        r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
        &expect![[
            r#"400 {"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"Invalid request: `jsonrpc` must be \"2.0\""}}"#
        ]],
    );
    check(
        r#"{"jsonrpc":"2.0","id":1}"#,
        &expect![[
            r#"400 {"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"Invalid request: `method` must be a string"}}"#
        ]],
    );
    check(
        r#"{"jsonrpc":"2.0","id":1,"method":7}"#,
        &expect![[
            r#"400 {"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"Invalid request: `method` must be a string"}}"#
        ]],
    );
    check(
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#,
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params: `params` must be an object"}}"#
        ]],
    );
}

#[test]
fn batches_are_refused() {
    let refusal = expect![[
        r#"400 {"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request: batches are not supported; send each message on its own"}}"#
    ]];
    check(r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, &refusal);
    check("[]", &refusal);
}

#[test]
fn deep_messages_are_refused() {
    let deep = "[".repeat(100_000);
    check(
        &deep,
        &expect![[
            r#"400 {"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error: recursion limit exceeded at line 1 column 128"}}"#
        ]],
    );
    check(
        &format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"a":{deep}"#),
        &expect![[
            r#"400 {"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error: recursion limit exceeded at line 1 column 180"}}"#
        ]],
    );
}

#[test]
fn tools_are_listed_on_one_page() {
    check(
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"result":{"tools":[{"annotations":{"destructiveHint":false,"idempotentHint":true,"openWorldHint":false,"readOnlyHint":true},"description":"Returns its arguments.","inputSchema":{"type":"object"},"name":"echo","outputSchema":{"type":"object"}}]}}"#
        ]],
    );
    check(
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":null}}"#,
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"result":{"tools":[{"annotations":{"destructiveHint":false,"idempotentHint":true,"openWorldHint":false,"readOnlyHint":true},"description":"Returns its arguments.","inputSchema":{"type":"object"},"name":"echo","outputSchema":{"type":"object"}}]}}"#
        ]],
    );
    check(
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"2"}}"#,
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params: unknown `cursor`; the list has one page"}}"#
        ]],
    );
}

#[test]
fn answer_of_a_tool_is_json_and_text() {
    check(
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"a":"é\n"},"task":{}}}"#,
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"{\"said\":{\"a\":\"é\\n\"}}"}],"structuredContent":{"said":{"a":"é\n"}},"isError":false}}"#
        ]],
    );
    check(
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}"#,
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"{\"said\":{}}"}],"structuredContent":{"said":{}},"isError":false}}"#
        ]],
    );
}

#[test]
fn failed_call_is_a_result_for_the_model() {
    check(
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"fail":1}}}"#,
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"`fail` is unknown; leave it out"}],"isError":true}}"#
        ]],
    );
}

#[test]
fn calls_that_are_malformed_are_refused() {
    check(
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ech\u0007o"}}"#,
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Unknown tool: ech�o"}}"#
        ]],
    );
    check(
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}"#,
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params: `name` must be a string"}}"#
        ]],
    );
    check(
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":"a"}}"#,
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params: `arguments` must be an object"}}"#
        ]],
    );
}

#[test]
fn other_methods_are_unknown() {
    check(
        r#"{"jsonrpc":"2.0","id":1,"method":"resources/list"}"#,
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found: resources/list"}}"#
        ]],
    );
    let long = "x".repeat(1000);
    check(
        &format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{long}"}}"#),
        &expect![[
            r#"200 {"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"}}"#
        ]],
    );
}
