//! Warnings of lints in packages that tests write into the target folder.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;

/// Returns the warnings of lints in a package.
pub(crate) fn findings(package: &Path) -> BTreeSet<String> {
    let output = test_harness::cargo(package)
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
