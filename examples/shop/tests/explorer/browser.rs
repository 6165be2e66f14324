//! Runs test files of `tests/browser`.

use std::{net::SocketAddr, process::Command};

use crate::{ready, repository};

const MISSING: &str = "install Debian's packages nodejs (20 or newer) and npm, or run `cargo xtask test --only browser`, which lists all that is needed";

/// Runs a test file with invented numbers.
#[track_caller]
pub(crate) fn check(file: &str) {
    run(node().args(TEST).arg(file));
}

/// Runs a test file on a running program.
#[track_caller]
pub(crate) fn check_running(file: &str, explorer: SocketAddr) {
    let url = format!("http://{explorer}/");
    run(node().args(TEST).arg(file).env("EXPLORER_URL", url));
}

/// Returns a command of Node in the folder of the tests, after installing their packages.
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

/// Runs Node. A failure panics with Node's output.
#[track_caller]
pub(crate) fn run(node: &mut Command) {
    let said = ready::run(node, MISSING);
    println!("{said}");
}

const TEST: [&str; 3] = [
    "--test",
    "--test-reporter=spec",
    // A test file that hangs fails with a message.
    "--test-timeout=600000",
];
