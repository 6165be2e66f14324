//! Tests of `suspects`, `compare` and `mcp` that need no Prometheus.

use std::{io::Write as _, process::Stdio};

use expect_test::expect;
use serde_json::Value;

use crate::{
    command, fail,
    objects::{elf, function, section, write},
    text,
};

#[test]
fn missing_prometheus_is_named() {
    fail(
        &["suspects"],
        2,
        &expect![[r"
        error: the Prometheus is missing: give the URL of one that scrapes the program with `--from`, such as `--from http://localhost:9090`
    "]],
    );
    fail(
        &["compare", "--before", "1.0.0", "--after", "0s"],
        2,
        &expect![[r"
            error: `0s` is neither a window nor a version: write `30m`, `30m@2h` for one that ended two hours ago, or a version such as `1.4.0`
        "]],
    );
}

#[test]
fn effects_below_the_width_of_a_bucket_and_malformed_times_are_refused() {
    let arguments = [
        "compare",
        "--from",
        "http://localhost",
        "--before",
        "1",
        "--after",
        "2",
    ];
    for (option, value, said) in [
        ("--min-effect", "5%", "a bucket of latencies is 9.05% wide"),
        ("--at", "yesterday", "expected Unix seconds"),
    ] {
        let output = command(&arguments).args([option, value]).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let stderr = text(&output.stderr);
        assert!(stderr.contains(said), "{stderr}");
    }
}

/// Sends messages to `mcp` with the program at `path`, and returns the answers.
fn answers(path: &str, messages: &[&str]) -> Vec<Value> {
    let mut server = command(&["mcp", "--artifact", path])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = server.stdin.take().unwrap();
    for message in messages {
        writeln!(input, "{message}").unwrap();
    }
    drop(input);
    let output = server.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let lines = text(&output.stdout).lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn code_alone_has_places_and_calls_and_no_numbers() {
    let records = section![
        function("shop", "order", 3, "charge"),
        function("shop", "charge", 9, ""),
    ];
    let path = write("code-alone", &elf(".autometrics0", &records));
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"context","arguments":{"place":"shop::charge"}}}"#;
    let found = answers(&path, &[call]);
    let answer = &found[0]["result"]["structuredContent"];
    let function = &answer["functions"][0];
    assert_eq!(function["at"], "src/main.rs:9", "{answer}");
    assert_eq!(
        function["callers"][0]["function"], "shop::order",
        "{answer}"
    );
    assert!(function["calls"].is_null(), "{answer}");
    let note = answer["origin"]["note"].as_str().unwrap();
    assert!(note.contains("--from"), "{note}");
}
