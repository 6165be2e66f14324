//! An agent with a fixed script, and its two ways to ask.

use std::{io::Write as _, net::SocketAddr, process::Stdio};

use serde_json::{Value, json};
use test_harness::{PATIENCE, send};

use crate::command::Command;

/// Longest answer in bytes: 2,000 tokens, the default budget.
const LONGEST: usize = 8_000;

/// Server of an agent's tools.
pub(crate) enum Agent<'a> {
    /// A replica, by the address of its explorer.
    Program(SocketAddr),
    /// `cargo autometrics mcp`, over a Prometheus at `addr`.
    Prometheus {
        command: &'a Command,
        addr: SocketAddr,
        service: &'a str,
    },
}

impl Agent<'_> {
    /// Asks for the context of a file and then for the suspects, and returns the latter.
    pub(crate) fn investigate(&self, file: &str, window: u32) -> Value {
        let calls = [
            ("context", json!({"place": file, "window_seconds": window})),
            ("suspects", json!({"window_seconds": window})),
        ];
        let messages = calls.each_ref().map(|(tool, arguments)| {
            let params = json!({"name": tool, "arguments": arguments});
            json!({"jsonrpc": "2.0", "id": tool, "method": "tools/call", "params": params})
        });
        let replies = match self {
            Self::Program(addr) => messages.map(|message| post(*addr, &message)),
            Self::Prometheus {
                command,
                addr,
                service,
            } => exchange(command, *addr, service, &messages),
        };
        let [context, suspects] = replies.map(|reply| answer(&reply));
        let functions = context["functions"].as_array().unwrap();
        let is_of_file = |at: &Value| at.as_str().is_some_and(|at| at.contains(file));
        assert!(
            functions.iter().any(|function| is_of_file(&function["at"])),
            "{context:#}"
        );
        suspects
    }
}

/// Returns the answer in the reply of a tool.
fn answer(reply: &Value) -> Value {
    let result = &reply["result"];
    assert_ne!(result["isError"], true, "{reply:#}");
    let answer = &result["structuredContent"];
    assert!(answer.is_object(), "{reply:#}");
    let length = answer.to_string().len();
    assert!(length <= LONGEST, "{length} bytes: {answer}");
    answer.clone()
}

/// Sends a message to a program, and returns its reply.
fn post(addr: SocketAddr, message: &Value) -> Value {
    let body = message.to_string();
    let request = format!(
        "POST /mcp HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-11-25\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let reply = send(addr, request, PATIENCE).unwrap();
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{reply}");
    serde_json::from_str(body).unwrap()
}

/// Sends messages to `cargo autometrics mcp`, and returns its replies.
fn exchange<const N: usize>(
    command: &Command,
    prometheus: SocketAddr,
    service: &str,
    messages: &[Value; N],
) -> [Value; N] {
    let from = format!("http://{prometheus}");
    let mut server = command
        .run(&["mcp", "--from", &from, "--service", service])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let start = json!({"jsonrpc": "2.0", "id": "start", "method": "initialize", "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "script", "version": "1"},
    }});
    let started = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let mut input = server.stdin.take().unwrap();
    for message in [&start, &started].into_iter().chain(messages) {
        writeln!(input, "{message}").unwrap();
    }
    drop(input);
    let output = server.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let replies: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    messages.each_ref().map(|message| {
        let mut replies = replies.iter();
        let reply = replies.find(|reply| reply["id"] == message["id"]);
        reply
            .unwrap_or_else(|| panic!("no reply to {message}: {lines}"))
            .clone()
    })
}
