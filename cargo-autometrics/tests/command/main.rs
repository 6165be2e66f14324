//! Tests of the command as people and scripts run it.

mod mistakes;
mod options;

mod objects;
mod platforms;

mod answers;
mod checks;
mod drawings;
mod escaping;
mod exchange;
mod fleet;
mod limits;
mod lists;
mod prometheus;
mod rule_files;
mod rules;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use expect_test::Expect;

/// Returns the command `cargo-autometrics` in the folder of these tests, without the environment
/// variables that would change its output.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-autometrics"));
    command.args(arguments).current_dir(folder());
    for variable in [
        "COLUMNS",
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ] {
        command.env_remove(variable);
    }
    command
}

/// Returns the folder into which tests write files; each test has names of its own.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned()
}

/// Runs a command that succeeds with nothing on standard error, and returns its standard output.
#[track_caller]
pub(crate) fn succeed(arguments: &[&str]) -> String {
    let output = command(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stderr), "");
    text(&output.stdout).to_owned()
}

/// Runs a command that fails, and compares its exit code and standard error.
#[track_caller]
pub(crate) fn fail(arguments: &[&str], code: i32, said: &Expect) {
    let output = command(arguments).output().unwrap();
    check_failure(&output, code, said);
}

#[track_caller]
pub(crate) fn check_failure(output: &Output, code: i32, said: &Expect) {
    assert_eq!(text(&output.stdout), "", "what failed has no result");
    said.assert_eq(text(&output.stderr));
    assert_eq!(output.status.code(), Some(code));
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}
