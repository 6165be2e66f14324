//! The documents show the text of programs that run, their output, and configuration that servers accept.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

const README: &str = include_str!("../../../README.md");
const GETTING_STARTED: &str = include_str!("../../../docs/getting-started.md");
const BATCH: &str = include_str!("../../../docs/batch.md");
const PROMETHEUS: &str = include_str!("../../../docs/prometheus.md");

/// Runs a program and returns its output, whose package is the reader's.
fn output(program: &str, package: &str) -> String {
    let Output { status, stdout, .. } = Command::new(program).output().unwrap();
    assert!(status.success());
    let stdout = String::from_utf8(stdout).unwrap();
    stdout.replace("book-tests", package)
}

/// The source of a program of this package, without its first sentence.
fn source(text: &str) -> &str {
    text.split_once("\n\n").unwrap().1
}

#[test]
fn the_first_program_prints_the_lines_that_are_shown() {
    let program = source(include_str!("../src/bin/hello.rs"));
    let page = output(env!("CARGO_BIN_EXE_hello"), "hello");
    let calls: Vec<_> = page
        .lines()
        .filter(|line| line.starts_with("function_calls_total{") && !line.ends_with(" 0"))
        .collect();
    let console = format!("[^0]'\n{}\n```", calls.join("\n"));
    for document in [README, GETTING_STARTED] {
        assert!(document.contains(program), "{program}");
        assert!(document.contains(&console), "{console}");
    }
}

#[test]
fn the_command_line_program_prints_the_summary_that_is_shown() {
    let program = source(include_str!("../src/bin/nightly.rs"));
    assert!(BATCH.contains(program), "{program}");
    let summary = output(env!("CARGO_BIN_EXE_nightly"), "nightly");
    let (counts, time) = summary.trim_end().rsplit_once(", ").unwrap();
    assert!(time.ends_with("µs"), "{time}");
    assert!(BATCH.contains(&format!("```text\n{counts}, ")), "{counts}");
}

fn configuration(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/prometheus")
        .join(name)
}

/// Fails unless `program` accepts the file.
#[track_caller]
fn accepts(program: &str, arguments: &[&str], name: &str) {
    let mut command = Command::new(program);
    command.args(arguments).arg(configuration(name));
    let Output {
        status,
        stdout,
        stderr,
    } = command
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let output = [stdout, stderr].concat();
    assert!(status.success(), "{}", String::from_utf8_lossy(&output));
}

#[test]
fn servers_accept_the_configuration() {
    accepts(
        "promtool",
        &["check", "config", "--syntax-only"],
        "prometheus.yml",
    );
    accepts("amtool", &["check-config"], "alertmanager.yml");
    accepts("promtool", &["check", "rules"], "nightly-rules.yml");
    accepts("promtool", &["test", "rules"], "nightly-tests.yml");
}

#[test]
fn chapters_show_the_configuration() {
    for (chapter, file) in [
        (
            PROMETHEUS,
            include_str!("../../../docs/prometheus/prometheus.yml"),
        ),
        (
            BATCH,
            include_str!("../../../docs/prometheus/nightly-rules.yml"),
        ),
    ] {
        // The first line of a file names its chapter.
        let (_, configuration) = file.split_once('\n').unwrap();
        assert!(chapter.contains(configuration), "{configuration}");
    }
}
