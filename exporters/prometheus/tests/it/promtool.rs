//! Tests pages with `promtool`, Prometheus' own linter.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use autometrics_prometheus::{Format, encode};
use expect_test::expect;

use crate::program::shop;

pub(crate) fn promtool_check_metrics(page: &str) -> Output {
    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool runs; it is in the Debian package `prometheus`, which `cargo xtask test` installs");
    let mut stdin = promtool.stdin.take().expect("stdin is a pipe");
    stdin
        .write_all(page.as_bytes())
        .expect("promtool reads the page");
    drop(stdin);
    promtool.wait_with_output().expect("promtool ends")
}

#[test]
fn promtool_reports_no_problems() {
    let output = promtool_check_metrics(&encode(&shop(), Format::Text));
    let said = [output.stdout, output.stderr].concat();
    expect![""].assert_eq(&String::from_utf8_lossy(&said));
    assert!(output.status.success());
}

#[test]
fn promtool_reads_hostile_names() {
    let mut snapshot = shop();
    snapshot.functions[0].name = "a\"} 1\n\\".into();
    let output = promtool_check_metrics(&encode(&snapshot, Format::Text));
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
