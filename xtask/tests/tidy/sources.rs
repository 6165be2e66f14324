//! Checks that Rust files begin with a sentence, are short, and have descriptive names.

use expect_test::{Expect, expect};

use crate::{
    files::{self, File},
    report,
};

const MOST_LINES: usize = 400;
/// Names that do not describe the contents of a file, so that it collects everything.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "helpers", "helper", "common", "manager"];

#[test]
fn files_open_with_a_sentence() {
    report(files::all().iter().filter_map(opening));
}

#[test]
fn files_are_short() {
    report(files::all().iter().filter_map(length));
}

#[test]
fn file_names_are_descriptive() {
    report(files::paths().iter().filter_map(|path| name(path)));
}

fn opening(file: &File) -> Option<String> {
    if !file.is_rust() || file.is_fixture() {
        return None;
    }
    let paragraph: Vec<_> = file
        .text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let fix = match paragraph.last() {
        None => "begin the file with `//!` and a sentence that describes it",
        Some(line) if line.ends_with(['.', ':', '!', '?']) => return None,
        Some(_) => "make the `//!` paragraph a sentence, with a full stop at its end",
    };
    Some(format!("{}:1: {fix}", file.path))
}

fn length(file: &File) -> Option<String> {
    let lines = file.text.lines().count();
    (file.is_rust() && lines > MOST_LINES).then(|| {
        format!(
            "{}:{MOST_LINES}: {lines} lines, more than {MOST_LINES}: give a part of it a file of its own",
            file.path
        )
    })
}

fn name(path: &str) -> Option<String> {
    let empty = path.split('/').find(|part| {
        let stem = part.split('.').next().unwrap_or(part);
        EMPTY_NAMES.contains(&stem)
    })?;
    Some(format!(
        "{path}:1: `{empty}` does not describe its content: name it after that"
    ))
}

#[track_caller]
fn check(findings: Option<String>, expect: Expect) {
    expect.assert_eq(&findings.unwrap_or_default());
}

#[test]
fn finds_a_file_without_a_sentence() {
    let opening = |text| opening(&File::new("src/a.rs", text));
    check(
        opening("use std::fmt;\n"),
        expect!["src/a.rs:1: begin the file with `//!` and a sentence that describes it"],
    );
    check(
        opening("//! Everything about a\n\nuse std::fmt;\n"),
        expect!["src/a.rs:1: make the `//!` paragraph a sentence, with a full stop at its end"],
    );
    check(
        opening("//! What a is,\n//! in two lines.\n//!\n//! more"),
        expect![""],
    );
}

#[test]
fn finds_a_long_file() {
    let length = |lines| length(&File::new("src/a.rs", &"\n".repeat(lines)));
    check(length(400), expect![""]);
    check(
        length(401),
        expect![[r#"
            src/a.rs:400: 401 lines, more than 400: give a part of it a file of its own"#]],
    );
}

#[test]
fn finds_names_of_files_and_folders_that_are_not_descriptive() {
    check(
        name("src/utils/a.rs"),
        expect!["src/utils/a.rs:1: `utils` does not describe its content: name it after that"],
    );
    check(
        name("tests/common.rs"),
        expect!["tests/common.rs:1: `common.rs` does not describe its content: name it after that"],
    );
    check(name("src/commons/utilities.rs"), expect![""]);
}
