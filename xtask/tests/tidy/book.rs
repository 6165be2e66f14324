//! The book has a chapter for each of its files, and the code of all chapters is compiled.

use expect_test::{Expect, expect};

use crate::{
    files::{self, File},
    report,
};

const SUMMARY: &str = "docs/SUMMARY.md";
/// The package whose documentation tests are the code in the chapters.
const TESTS: &str = "tests/book/src/lib.rs";

#[test]
fn chapters_are_listed_and_compiled() {
    report(findings(&files::all()));
}

fn findings(files: &[File]) -> Vec<String> {
    let text = |path| {
        let file = files.iter().find(|file| file.path == path);
        file.map_or("", |file| file.text.as_str())
    };
    let (summary, tests) = (text(SUMMARY), text(TESTS));
    let mut findings = Vec::new();
    for file in files {
        let Some(name) = file.path.strip_prefix("docs/") else {
            continue;
        };
        if !file.has_extension("md") || file.path == SUMMARY {
            continue;
        }
        if !summary.contains(&format!("]({name})")) {
            findings.push(format!(
                "{}:1: add the chapter to {SUMMARY}, as readers find it there",
                file.path
            ));
        }
        let mut lines = file.lines();
        let code = lines.find(|(_, line)| line.starts_with("```rust"));
        let number = code.map(|(number, _)| number);
        let number = number.filter(|_| !tests.contains(&format!("\"{}\"", file.path)));
        findings.extend(number.map(|number| {
            format!(
                "{}:{number}: add the chapter to {TESTS}, so that its code is compiled",
                file.path
            )
        }));
    }
    findings
}

#[track_caller]
fn check(files: &[File], expect: Expect) {
    expect.assert_eq(&findings(files).join("\n"));
}

#[test]
fn chapters_that_are_not_listed_or_compiled_are_found() {
    let summary = File::new(SUMMARY, "- [A](a.md)\n");
    let tests = File::new(TESTS, "A: \"docs/a.md\",\n");
    let code = "# Chapter\n\n```rust,no_run\n```\n";
    check(
        &[
            summary,
            tests,
            File::new("docs/a.md", code),
            File::new("docs/b.md", code),
            File::new("docs/c.md", "```text\n```\n"),
        ],
        expect![[r#"
            docs/b.md:1: add the chapter to docs/SUMMARY.md, as readers find it there
            docs/b.md:3: add the chapter to tests/book/src/lib.rs, so that its code is compiled
            docs/c.md:1: add the chapter to docs/SUMMARY.md, as readers find it there"#]],
    );
}
