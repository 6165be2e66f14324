//! Checks that links between documents lead to existing files.

use std::{fs, path::Path};

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
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            if !path.is_empty() && !folder.join(path).exists() {
                findings.push(format!(
                    "{}:{number}: the link to `{target}` leads nowhere: correct the path, from this file's folder",
                    file.path
                ));
            } else if !has_heading(file, folder, path, heading) {
                findings.push(format!(
                    "{}:{number}: the link to `{target}` leads to no heading: the part behind `#` is a heading in lower case, with `-` for blanks",
                    file.path
                ));
            }
        }
    }
    findings
}

/// Returns `true` if the document at `path`, or `file` itself without a path, has the heading.
fn has_heading(file: &File, folder: &Path, path: &str, heading: &str) -> bool {
    let is_document = path.is_empty() || Path::new(path).extension() == Some("md".as_ref());
    if heading.is_empty() || !is_document {
        return true;
    }
    let text = match path {
        "" => file.text.clone(),
        path => fs::read_to_string(folder.join(path)).unwrap_or_default(),
    };
    let mut outside = true;
    text.lines().any(|line| {
        outside ^= line.trim_start().starts_with("```");
        outside && line.starts_with('#') && anchor(line.trim_start_matches('#')) == heading
    })
}

/// Returns the anchor that forges and mdbook give a heading.
fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
    let lower = heading.trim().to_lowercase();
    lower
        .chars()
        .filter(kept)
        .collect::<String>()
        .replace(' ', "-")
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
        "# It is `b`: c\n[a](https://a.example/b) [b](#it-is-b-c) `[c](c)`\n```rust\n#[d](d)\n```\n[`e`](Cargo.toml)",
        expect![""],
    );
    check(
        "# A\n[b](#b) [c](../README.md#nothing-of-this-name) [d](#a) [e](src/main.rs#L7)\n```\n# b\n```\n",
        expect![[r#"
            xtask/A.md:2: the link to `#b` leads to no heading: the part behind `#` is a heading in lower case, with `-` for blanks
            xtask/A.md:2: the link to `../README.md#nothing-of-this-name` leads to no heading: the part behind `#` is a heading in lower case, with `-` for blanks"#]],
    );
}
