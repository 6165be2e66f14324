//! The committed files of the shop are those that its program gives now.

use std::{env, fs, process::Command};

use expect_test::expect;

use test_harness::promtools;

use crate::{command, root, text};

/// Folder of the committed files, and the rules among them.
const FOLDER: &str = "examples/shop/slo";
const RULES: &str = "examples/shop/slo/rules.yml";

#[test]
fn committed_files_are_current() {
    let fresh = tempfile::tempdir_in(root().join("target")).unwrap();
    let path = |name: &str| fresh.path().join(name).display().to_string();
    let output = command(&[
        "rules",
        "--package",
        "shop",
        "--quiet",
        "--output",
        &path("rules.yml"),
        "--tests",
        &path("tests.yml"),
        "--inhibit",
        &path("alertmanager.yml"),
    ])
    .output()
    .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    for name in ["rules.yml", "tests.yml", "alertmanager.yml"] {
        let fresh = fs::read_to_string(path(name)).unwrap();
        let committed = root().join(FOLDER).join(name);
        if env::var_os("UPDATE_EXPECT").is_some() {
            fs::create_dir_all(root().join(FOLDER)).unwrap();
            fs::write(&committed, &fresh).unwrap();
        }
        let committed = fs::read_to_string(&committed).unwrap_or_default();
        assert!(
            fresh == committed,
            "{FOLDER}/{name} differs from the generated file: generate it again with `UPDATE_EXPECT=1 cargo test -p cargo-autometrics --test shop`"
        );
    }
}

/// A CI workflow runs the same check.
#[test]
fn check_finds_no_problem_of_the_shop() {
    let output = command(&[
        "check",
        "--package",
        "shop",
        "--quiet",
        "--strict",
        "--rules",
        RULES,
    ])
    .output()
    .unwrap();
    assert_eq!(text(&output.stdout), "");
    expect![[r"
        checked 26 functions and 2 objectives: 0 errors and 0 warnings
    "]]
    .assert_eq(text(&output.stderr));
    assert!(output.status.success());
}

#[test]
fn promtool_accepts_the_rules_and_their_tests_pass() {
    for promtool in promtools() {
        for arguments in [
            ["check", "rules", "rules.yml"],
            ["test", "rules", "tests.yml"],
        ] {
            let output = Command::new(&promtool.path)
                .args(arguments)
                .current_dir(root().join(FOLDER))
                .output()
                .unwrap();
            assert!(
                output.status.success(),
                "{} {}{}",
                promtool.version,
                text(&output.stdout),
                text(&output.stderr)
            );
        }
    }
}
