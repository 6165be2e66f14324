//! Packages that tests write into the target folder, and lint or run with cargo.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::shared;

/// Returns the warnings of lints in a package.
pub(crate) fn findings(package: &Path) -> BTreeSet<String> {
    let output = cargo(package)
        .args(["clippy", "--message-format=json"])
        .output()
        .expect("cargo can be run");
    let messages = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        let rendered: String = messages.lines().filter_map(error).collect();
        panic!("the package does not compile:\n{rendered}{errors}");
    }
    messages.lines().filter_map(finding).collect()
}

/// Returns a command that runs cargo in the folder `package`.
pub(crate) fn cargo(package: &Path) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    shared::build_there(&mut cargo).current_dir(package);
    cargo
}

pub(crate) fn target() -> PathBuf {
    // The test's own path is <target>/debug/deps/lints-…
    let test = std::env::current_exe().expect("the test is a file");
    test.ancestors()
        .nth(3)
        .expect("it is in a target folder")
        .to_owned()
}

/// Returns the rendered message in a line of cargo's JSON, if it is an error.
fn error(line: &str) -> Option<String> {
    let message: Value = serde_json::from_str(line).expect("cargo writes JSON");
    let message = message.get("message")?;
    (message["level"] == "error").then(|| message["rendered"].as_str().map(str::to_owned))?
}

/// Formats a line of cargo's JSON as `file:line:column lint: message`, if it is a lint's.
fn finding(line: &str) -> Option<String> {
    let message: Value = serde_json::from_str(line).expect("cargo writes JSON");
    let message = message.get("message")?;
    let lint = message["code"]["code"].as_str()?;
    let places: Vec<String> = message["spans"]
        .as_array()?
        .iter()
        .filter(|span| span["is_primary"] == true)
        .map(|span| {
            format!(
                "{}:{}:{}",
                span["file_name"].as_str().unwrap_or_default(),
                span["line_start"],
                span["column_start"]
            )
        })
        .collect();
    let mut text = message["message"].as_str()?;
    // An instrumented future is some bytes larger.
    if lint == "clippy::large_futures" {
        text = text.split(" with a size").next()?;
    }
    Some(format!("{} {lint}: {text}", places.join(" ")))
}
