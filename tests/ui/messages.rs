//! Tests the messages of the compiler about mistakes, and code that must compile.
//!
//! `UPDATE_EXPECT=1 cargo test -p ui-tests` accepts new messages, as `TRYBUILD=overwrite` does;
//! read the diff. The messages are those of one version of rustc.

use std::{
    env,
    process::{Command, Stdio},
};

/// The version of rustc whose messages are expected.
const RUSTC: &str = "1.95";

#[test]
fn messages_of_the_compiler() {
    if env::var_os("UPDATE_EXPECT").is_some() && env::var_os("TRYBUILD").is_none() {
        return overwrite();
    }
    if let Some(version) = rustc_version().filter(|version| !version.starts_with(RUSTC)) {
        eprintln!(
            "note: the expected messages are those of rustc {RUSTC}, and this is {version}: it may \
             word a message in another way"
        );
    }
    let tests = trybuild::TestCases::new();
    tests.pass("pass/*.rs");
    tests.compile_fail("fail/*.rs");
    tests.pass("compat/pass/*.rs");
    tests.compile_fail("compat/fail/*.rs");
}

/// Runs this test again with the variable that trybuild reads.
fn overwrite() {
    let mut again = Command::new(env::current_exe().unwrap());
    again.args(["--exact", "messages_of_the_compiler"]);
    let status = again.env("TRYBUILD", "overwrite").status().unwrap();
    assert!(status.success(), "{status}");
}

/// Returns the version of the compiler that builds the cases, such as `1.95.0`.
fn rustc_version() -> Option<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .arg("--version")
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().nth(1).map(str::to_owned)
}
