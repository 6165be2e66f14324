//! Checks that the changelog describes the current version.

use expect_test::{Expect, expect};
use xtask::Workspace;

use crate::{
    files::{self, File},
    report,
};

#[test]
fn changelog_describes_the_current_version() {
    let workspace = Workspace::read(&xtask::root()).unwrap();
    let version = workspace.packages[0].key("version");
    let version = version.and_then(|version| version.as_str()).unwrap();
    let changelog = files::all()
        .into_iter()
        .find(|file| file.path == "CHANGELOG.md");
    report(match changelog {
        Some(changelog) => finding(&changelog, version),
        None => Some("CHANGELOG.md is missing: add it, with the changes for users".to_owned()),
    });
}

fn finding(changelog: &File, version: &str) -> Option<String> {
    let headings = ["## [Unreleased]".to_owned(), format!("## [{version}]")];
    let is_current = |line: &str| headings.iter().any(|heading| line.starts_with(heading));
    let Some((number, _)) = changelog.lines().find(|(_, line)| is_current(line)) else {
        return Some(format!(
            "{}:1: add `{}` or `{}`, with the changes for users",
            changelog.path, headings[0], headings[1]
        ));
    };
    let mut section = changelog
        .lines()
        .skip(number)
        .take_while(|(_, line)| !line.starts_with("## "));
    let told = section.any(|(_, line)| line.starts_with("- "));
    (!told).then(|| {
        format!(
            "{}:{number}: the section is empty: add `- ` and the changes for users",
            changelog.path
        )
    })
}

#[track_caller]
fn check(text: &str, expect: Expect) {
    let finding = finding(&File::new("CHANGELOG.md", text), "1.2.0");
    expect.assert_eq(&finding.unwrap_or_default());
}

#[test]
fn finds_a_changelog_without_entries() {
    check(
        "# Changelog\n\n## [1.1.0]\n\n- Old\n",
        expect![
            "CHANGELOG.md:1: add `## [Unreleased]` or `## [1.2.0]`, with the changes for users"
        ],
    );
    check(
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n## [1.1.0]\n\n- Old\n",
        expect!["CHANGELOG.md:3: the section is empty: add `- ` and the changes for users"],
    );
    check(
        "## [1.2.0] - 2026-01-01\n\n### Added\n\n- New\n",
        expect![""],
    );
}
