//! Suspects, comparisons and the tools for agents over a Prometheus that scrapes several programs.

use std::{
    io::Write as _,
    net::SocketAddr,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use test_harness::{Prometheus, Scrape, Target, free_addr, wait_for};

use crate::programs::{built, open_version};

fn prometheus(folder: &Path, targets: &[SocketAddr]) -> Prometheus {
    let targets = targets.iter().map(|&addr| Target {
        addr,
        labels: Vec::new(),
    });
    let scrape = Scrape {
        targets: targets.collect(),
        ..Scrape::default()
    };
    Prometheus::start(folder, &scrape, &[], None)
}

fn command(prometheus: &Prometheus, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-autometrics"));
    let from = format!("http://{}", prometheus.addr());
    command
        .args([arguments[0], "--from", &from])
        .args(&arguments[1..]);
    command
}

fn run(prometheus: &Prometheus, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command(prometheus, arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// Waits until each of two programs was scraped so often, once a second.
fn wait_for_scrapes(prometheus: &Prometheus, scrapes: u8) {
    let query = "min(count_over_time(build_info[1m])) and count(build_info) == 2";
    wait_for("scrapes of both programs", || {
        let found = prometheus.query(query);
        found
            .first()
            .filter(|(_, count)| *count >= scrapes.into())
            .cloned()
    });
}

#[test]
fn function_that_fails_in_one_of_two_replicas_is_a_suspect() {
    let folder = tempfile::tempdir().unwrap();
    let addrs = [free_addr(), free_addr()];
    let prometheus = prometheus(folder.path(), &addrs);
    let _good = open_version(folder.path(), "pay-new", "1.0.0", addrs[0], &[]);
    let faults = ["--from", "26", "--one-in", "2"];
    let _bad = open_version(folder.path(), "pay-new", "1.0.0", addrs[1], &faults);
    wait_for_scrapes(&prometheus, 18);
    let quiet = ["suspects", "--window", "10s", "--fail"];
    let (code, out, err) = run(&prometheus, &quiet);
    assert_eq!((code, &*out), (Some(0), "nothing suspicious\n"), "{err}");

    let errors = r#"sum(function_calls_total{result="error"})"#;
    wait_for("errors", || {
        prometheus
            .query(errors)
            .first()
            .filter(|(_, errors)| *errors > 200.0)
            .cloned()
    });
    let program = built("pay-new");
    let program = program.to_str().unwrap();
    let arguments = ["suspects", "--window", "10s", "--artifact", program];
    let (code, out, err) = run(&prometheus, &arguments);
    assert_eq!(code, Some(0), "{err}");
    assert!(
        out.starts_with("errors of `pay_new::pay` rose from 0/s to"),
        "{out}"
    );
    assert!(out.contains("objective pay, which burns"), "{out}");
    assert!(out.contains("src/bin/pay-new.rs:"), "{out}");
    assert!(out.contains("/graph?g0.expr="), "{out}");
    let failing = [
        "suspects",
        "--window",
        "10s",
        "--objective",
        "pay",
        "--fail",
    ];
    let failing = [&failing[..], &["--format", "json"]].concat();
    let (code, out, err) = run(&prometheus, &failing);
    assert_eq!(code, Some(1), "{err}");
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["suspects"][0]["function"], "pay_new::pay", "{out}");
    for format in ["human", "json"] {
        let short = ["suspects", "--window", "9s", "--format", format];
        let (code, out, err) = run(&prometheus, &short);
        assert_eq!((code, &*out), (Some(2), ""), "{format}");
        assert_eq!(
            err, "error: the window is 9.0 seconds long; choose 10 to 604800 seconds\n",
            "{format}"
        );
    }
    let (code, _, err) = run(&prometheus, &["suspects", "--objective", "none"]);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("no objective `none`; known objectives: pay"),
        "{err}"
    );

    let question = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"objectives","arguments":{}}}
"#;
    let mut server = command(&prometheus, &["mcp"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    server
        .stdin
        .take()
        .unwrap()
        .write_all(question.as_bytes())
        .unwrap();
    let output = server.wait_with_output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let answer: Value = serde_json::from_str(lines.lines().nth(1).unwrap()).unwrap();
    let answer = &answer["result"]["structuredContent"];
    assert_eq!(answer["origin"]["replicas"], 2, "{lines}");
    let objective = &answer["objectives"][0];
    assert_eq!(objective["burns"], true, "{lines}");
    // No window of an alert was observed as a whole.
    assert_eq!(objective["firing"], serde_json::json!([]), "{lines}");
    let windows = objective["burn_rates"].as_array().map(Vec::len);
    assert_eq!(windows, Some(1), "{lines}");

    let (code, _, err) = run(&prometheus, &["suspects", "--service", "nope"]);
    assert_eq!(code, Some(2));
    let expected = "knows no service `nope`; known services: `pay`";
    assert!(err.contains(expected), "{err}");
}

#[test]
fn version_that_fails_more_often_is_worse() {
    let folder = tempfile::tempdir().unwrap();
    let addrs = [free_addr(), free_addr()];
    let prometheus = prometheus(folder.path(), &addrs);
    let _old = open_version(folder.path(), "pay-new", "1.0.0", addrs[0], &[]);
    let faults = ["--from", "0", "--one-in", "5"];
    let _new = open_version(folder.path(), "pay-new", "2.0.0", addrs[1], &faults);
    let versions = [
        "compare", "--window", "6s", "--before", "1.0.0", "--after", "2.0.0",
    ];
    let early = run(&prometheus, &versions);
    assert!(matches!(early.0, Some(2 | 3)), "{early:?}");
    wait_for_scrapes(&prometheus, 8);
    let (code, out, err) = run(&prometheus, &versions);
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(out.starts_with("pay_new::pay: more errors\n"), "{out}");
    assert!(err.contains("`pay_new::pay`: more errors"), "{err}");
    assert!(out.contains("1 changed, 0 unchanged"), "{out}");
    let same = [
        "compare",
        "--window",
        "3s",
        "--before",
        "version:1.0.0@3s",
        "--after",
        "1.0.0",
    ];
    let (code, out, err) = run(&prometheus, &same);
    // Few calls of a few microseconds may be undecided, but not worse.
    assert!(matches!(code, Some(0 | 3)), "{out}{err}");
    let unknown = ["compare", "--before", "1.0.0", "--after", "3.0.0"];
    let (code, _, err) = run(&prometheus, &unknown);
    assert_eq!(code, Some(2));
    let expected = "there is no version `3.0.0`; versions of the last day: 1.0.0, 2.0.0";
    assert!(err.contains(expected), "{err}");
    let markdown = [&versions[..], &["--format", "markdown"]].concat();
    let (_, out, _) = run(&prometheus, &markdown);
    assert!(out.contains("| pay_new::pay | more errors |"), "{out}");
}
