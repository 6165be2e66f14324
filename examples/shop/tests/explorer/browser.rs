//! Runs files of tests in `tests/browser`.

use std::{net::SocketAddr, process::Command};

use crate::{ready, repository};

const MISSING: &str = "install Debian's packages nodejs (20 or newer) and npm, or run `cargo xtask test --only browser`, which says all that is needed";

/// Runs a file of tests with invented numbers.
#[track_caller]
pub(crate) fn check(file: &str) {
    run(node().args(TEST).arg(file));
}

/// Runs a file of tests of a running program.
#[track_caller]
pub(crate) fn check_running(file: &str, explorer: SocketAddr) {
    let url = format!("http://{explorer}/");
    run(node().args(TEST).arg(file).env("EXPLORER_URL", url));
}

/// Node in the folder of the tests, with what they need.
pub(crate) fn node() -> Command {
    let folder = repository("tests/browser");
    let list = folder.join("package-lock.json");
    ready::ensure(&list, &folder.join("node_modules"), || {
        let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        npm.current_dir(&folder);
        ready::run(
            npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]),
            MISSING,
        );
    });
    let mut node = Command::new("node");
    node.current_dir(folder).env_remove("EXPLORER_URL");
    node
}

/// Runs Node, and fails with its words.
#[track_caller]
pub(crate) fn run(node: &mut Command) {
    let said = ready::run(node, MISSING);
    println!("{said}");
}

const TEST: [&str; 3] = [
    "--test",
    "--test-reporter=spec",
    // A file that hangs ends, with words.
    "--test-timeout=600000",
];
