//! Tests the protocol with messages of clients, and the exact answers.

mod garbage;
mod http;
mod legacy;
mod lines;
mod modern;

use expect_test::Expect;
use serde_json::{Value, json};

use super::{Headers, Reply, Server, ServerInfo};
use crate::tools::{CallError, Tool};

fn server() -> Server {
    Server::new(ServerInfo {
        name: "shop",
        version: "1.2.3",
        instructions: "Ask for suspects first.",
        tools: vec![Tool {
            name: "echo",
            description: "Returns its arguments.",
            input_schema: json!({"type": "object"}),
            output_schema: json!({"type": "object"}),
        }],
    })
}

/// Answers calls of the tool `echo`, which fails for arguments with `fail`.
fn call(name: &str, arguments: &Value) -> Result<Value, CallError> {
    match (name, arguments.get("fail")) {
        ("echo", None) => Ok(json!({"said": arguments})),
        ("echo", Some(_)) => Err(CallError::Failed(
            "`fail` is unknown; leave it out".to_owned(),
        )),
        _ => Err(CallError::UnknownTool),
    }
}

/// Formats a reply as its status and body.
fn shown(reply: Reply) -> String {
    let body = reply
        .body
        .map(|body| String::from_utf8(body).expect("UTF-8"));
    let body = body.unwrap_or_else(|| "no answer".to_owned());
    format!("{} {body}", reply.status)
}

/// Compares the reply to `message` without headers.
#[track_caller]
fn check(message: &str, expected: &Expect) {
    expected.assert_eq(&shown(server().handle(message.as_bytes(), &mut call)));
}

/// Compares the reply to `message` with headers: revision, method and name, of which empty ones are
/// missing.
#[track_caller]
fn check_http(message: &str, headers: [&str; 3], expected: &Expect) {
    let [protocol_version, method, name] =
        headers.map(|value| (!value.is_empty()).then(|| value.to_owned()));
    let headers = Headers {
        protocol_version,
        method,
        name,
    };
    let reply = server().handle_http(message.as_bytes(), &headers, &mut call);
    expected.assert_eq(&shown(reply));
}

/// Returns a request of the modern era with further parameters, which end with a comma.
fn modern(method: &str, params: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{params}"_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{}}}}}}}}"#
    )
}
