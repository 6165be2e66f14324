//! Checks that no file has a path of the machine on which it was made.

use expect_test::{Expect, expect};

use crate::{
    files::{self, File},
    report,
};

/// Top-level folders of machines, without their slashes, so that this file passes.
const FOLDERS: [&str; 3] = ["work", "root", "home"];

#[test]
fn no_file_names_a_folder_of_a_machine() {
    report(files::all().iter().flat_map(findings));
}

fn findings(file: &File) -> Vec<String> {
    if file.path.ends_with("Cargo.lock") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        for folder in FOLDERS {
            if line
                .match_indices(&format!("/{folder}/"))
                .any(|(at, _)| begins_path(line, at))
            {
                findings.push(format!(
                    "{}:{number}: a path in a machine's folder `{folder}`: write it from the repository's root",
                    file.path
                ));
            }
        }
    }
    findings
}

/// Returns `true` if the slash at `at` begins a path. Slashes inside `a/b/` and `https://a/b/` do
/// not.
fn begins_path(line: &str, at: usize) -> bool {
    let before = line[..at].chars().next_back();
    before.is_none_or(|c| !c.is_alphanumeric() && !"._-~*)}>]$".contains(c))
}

#[track_caller]
fn check(text: &str, expect: Expect) {
    expect.assert_eq(&findings(&File::new("a.md", text)).join("\n"));
}

#[test]
fn finds_folders_of_machines() {
    let [_, root, home] = FOLDERS;
    check(
        &format!("fine\nsee \"/{home}/me/a.rs\"\n"),
        expect!["a.md:2: a path in a machine's folder `home`: write it from the repository's root"],
    );
    check(
        &format!("https://wiki.example/{home}/a target/{root}/b"),
        expect![""],
    );
}
