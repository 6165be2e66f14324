//! Tests the transport over lines.

use std::io::{self, BufReader, ErrorKind, Read, Write};

use expect_test::{Expect, expect};

use super::{call, server};
use crate::mcp::serve_lines;

/// Compares the lines that answer `input`, which arrives in pieces of seven bytes.
#[track_caller]
fn check(input: impl Read, expected: &Expect) {
    let mut output = Vec::new();
    let input = BufReader::with_capacity(7, input);
    serve_lines(&server(), input, &mut output, call).expect("no error");
    expected.assert_eq(&String::from_utf8(output).expect("UTF-8"));
}

#[test]
fn every_request_is_answered_on_a_line() {
    let input = concat!(
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#,
        "\n",
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        "\r\n\n  \n",
        r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"a":"1\n2"}}}"#,
        "\r\nnonsense\n\u{0}\n",
        r#"{"jsonrpc":"2.0","id":3,"method":"ping"}"#,
    );
    check(
        input.as_bytes(),
        &expect![[r#"
        {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"shop","version":"1.2.3"},"instructions":"Ask for suspects first."}}
        {"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text","text":"{\"said\":{\"a\":\"1\\n2\"}}"}],"structuredContent":{"said":{"a":"1\n2"}},"isError":false}}
        {"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error: expected ident at line 1 column 2"}}
        {"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error: expected value at line 1 column 1"}}
        {"jsonrpc":"2.0","id":3,"result":{}}
    "#]],
    );
}

#[test]
fn no_input_has_no_answer() {
    check(io::empty(), &expect![""]);
    check(&b"\n\n"[..], &expect![""]);
}

#[test]
fn longest_line_is_answered() {
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    let padding = " ".repeat(1024 * 1024 - ping.len());
    check(
        format!("{ping}{padding}\n").as_bytes(),
        &expect![[r#"
        {"jsonrpc":"2.0","id":1,"result":{}}
    "#]],
    );
}

#[test]
fn line_beyond_the_limit_is_skipped() {
    let ping = "\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n";
    let long = io::repeat(b'[').take(3_000_000);
    check(
        long.chain(ping.as_bytes()),
        &expect![[r#"
        {"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request: a message has at most 1048576 bytes"}}
        {"jsonrpc":"2.0","id":1,"result":{}}
    "#]],
    );
    check(
        io::repeat(b'[').take(1024 * 1024 + 1),
        &expect![[r#"
        {"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request: a message has at most 1048576 bytes"}}
    "#]],
    );
}

struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn ends_when_nobody_reads_the_answers() {
    let input = io::repeat(b'\n').take(10).chain(&b"x\n"[..]);
    let endless = input.chain(io::repeat(b'\n'));
    let ended = serve_lines(&server(), BufReader::new(endless), Closed, call);
    assert!(ended.is_ok());
}
