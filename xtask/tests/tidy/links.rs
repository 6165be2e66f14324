//! Checks that links between documents lead to existing files.

use std::path::Path;

use expect_test::{Expect, expect};

use crate::{
    files::{self, File},
    report,
};

#[test]
fn documents_link_to_files_that_exist() {
    let root = xtask::root();
    report(files::all().iter().flat_map(|file| findings(&root, file)));
}

#[test]
fn readme_names_the_command_for_tests() {
    let readme = files::all()
        .into_iter()
        .find(|file| file.path == "README.md");
    report(readme.and_then(|readme| {
        let told = readme.text.contains("cargo xtask test");
        (!told).then(|| "README.md:1: add `cargo xtask test`, for newcomers".to_owned())
    }));
}

fn findings(root: &Path, file: &File) -> Vec<String> {
    if !file.has_extension("md") {
        return Vec::new();
    }
    let folder = root.join(&file.path);
    let folder = folder.parent().expect("a file is in a folder");
    let mut findings = Vec::new();
    let mut fenced = false;
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for target in targets(&without_code(line)) {
            let path = target.split('#').next().unwrap_or(target);
            if !path.is_empty() && !folder.join(path).exists() {
                findings.push(format!(
                    "{}:{number}: the link to `{target}` leads nowhere: correct the path, from this file's folder",
                    file.path
                ));
            }
        }
    }
    findings
}

/// Returns the targets of a line's links: of `[text](target)` and `[name]: target`.
fn targets(line: &str) -> Vec<&str> {
    let inline = line.split("](").skip(1).map(|rest| rest.split(')').next());
    let reference = line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "))
        .map(|(_, target)| Some(target));
    inline
        .chain(reference)
        .flatten()
        .filter_map(|target| target.split_whitespace().next())
        .filter(|target| !target.contains("://") && !target.starts_with("mailto:"))
        .collect()
}

/// Returns the line without `code`, because brackets in code are not links.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("``")
}

#[track_caller]
fn check(text: &str, expect: Expect) {
    let findings = findings(&xtask::root(), &File::new("xtask/A.md", text));
    expect.assert_eq(&findings.join("\n"));
}

#[test]
fn finds_links_that_lead_nowhere() {
    check(
        "[a](src/main.rs) [b](src/nothing.rs#b)\n[c]: ../nothing.md\n",
        expect![[r#"
            xtask/A.md:1: the link to `src/nothing.rs#b` leads nowhere: correct the path, from this file's folder
            xtask/A.md:2: the link to `../nothing.md` leads nowhere: correct the path, from this file's folder"#]],
    );
    check(
        "[a](https://a.example/b) [b](#b) `[c](c)`\n```rust\n#[d](d)\n```\n[`e`](Cargo.toml)",
        expect![""],
    );
}
