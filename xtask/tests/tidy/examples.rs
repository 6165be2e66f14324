//! Checks that examples in documentation name items as users do: by `autometrics`.

use expect_test::{Expect, expect};

use crate::{
    files::{self, File},
    report,
};

/// Crates whose items users find in `autometrics`.
const CRATES: [&str; 4] = ["adaptors/", "autometrics-core/src/", "exporters/", "src/"];
/// Files about items that `autometrics` does not have: those for authors of exporters, and the
/// listener.
const OTHERS: [&str; 2] = [
    "autometrics-core/src/snapshot/families/mod.rs",
    "exporters/listener/",
];

#[test]
fn examples_name_items_of_the_facade() {
    report(files::all().iter().flat_map(findings));
}

fn findings(file: &File) -> Vec<String> {
    let begins = |folder: &&str| file.path.starts_with(*folder);
    let is_checked = file.is_rust() && file.path.contains("src/");
    if !is_checked || !CRATES.iter().any(begins) || OTHERS.iter().any(begins) {
        return Vec::new();
    }
    let mut is_code = false;
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        let comment = line.trim_start();
        let text = ["///", "//!"]
            .iter()
            .find_map(|mark| comment.strip_prefix(mark));
        let Some(text) = text.map(str::trim) else {
            is_code = false;
            continue;
        };
        is_code ^= text.starts_with("```");
        let is_hidden = text.starts_with("# ");
        if is_code && !is_hidden && text.contains("autometrics_") && text.contains("::") {
            findings.push(format!(
                "{}:{number}: use the path in `autometrics`, as users of it do",
                file.path
            ));
        }
    }
    findings
}

#[track_caller]
fn check(text: &str, expect: Expect) {
    let file = File::new("exporters/otlp/src/lib.rs", text);
    expect.assert_eq(&findings(&file).join("\n"));
}

#[test]
fn internal_crates_in_examples_are_found() {
    check(
        "//! ```\n//! use autometrics_otlp::start;\n//! # use autometrics_core::snapshot;\n//! ```\nuse autometrics_core::Snapshot;\n",
        expect!["exporters/otlp/src/lib.rs:2: use the path in `autometrics`, as users of it do"],
    );
    check(
        "/// ```\n/// use autometrics::otlp::start;\n/// ```\n/// [`autometrics_core::snapshot`]\n",
        expect![""],
    );
}
