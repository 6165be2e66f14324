//! Tests of `suspects`, `compare` and `mcp` with a Prometheus that knows a few queries.

mod fake;
mod objectives;
mod selection;
mod time;
mod versions;

use std::{io::Write as _, process::Stdio};

use serde_json::{Value, json};

use self::fake::{AT, Fake};
use crate::{command, text};

/// Returns the answer of a tool of `mcp` over the Prometheus.
fn ask(fake: Fake, tool: &str, arguments: &Value) -> Value {
    let server = fake.start();
    let mut mcp = command(&["mcp", "--from", &server.url(), "--at", AT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let call = json!({"name": tool, "arguments": arguments});
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call});
    let mut input = mcp.stdin.take().unwrap();
    writeln!(input, "{message}").unwrap();
    drop(input);
    let output = mcp.wait_with_output().unwrap();
    let answer: Value = serde_json::from_str(text(&output.stdout)).unwrap();
    answer["result"]["structuredContent"].clone()
}
