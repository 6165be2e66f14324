//! Checks that manifests have the keys that registries and compilers need.

use std::{fs, path::Path};

use expect_test::expect;
use xtask::{Package, Workspace};

use crate::report;

const KEYS: [&str; 5] = [
    "description",
    "license",
    "rust-version",
    "keywords",
    "categories",
];

#[test]
fn manifests_are_complete() {
    let workspace = Workspace::read(&xtask::root()).unwrap();
    report(workspace.packages.iter().flat_map(findings));
}

fn findings(package: &Package) -> Vec<String> {
    let path = package.manifest_path();
    let missing = KEYS
        .iter()
        .filter(|key| package.published() && package.key(key).is_none());
    let mut findings: Vec<_> = missing
        .map(|key| format!("{path}:1: add `{key}` to [package], or `publish = false`"))
        .collect();
    if !package.inherits_lints() {
        findings.push(format!("{path}:1: add [lints] with `workspace = true`"));
    }
    findings
}

/// Files that users of a registry find in every package.
const FILES: [&str; 3] = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"];

#[test]
fn published_packages_have_a_readme_and_licences_and_no_tests() {
    let root = xtask::root();
    let workspace = Workspace::read(&root).unwrap();
    let published = workspace
        .packages
        .iter()
        .filter(|package| package.published());
    report(published.flat_map(|package| {
        let path = package.manifest_path();
        let folder = root.join(&path);
        let folder = folder.parent().unwrap();
        let missing = FILES.iter().filter(|file| !folder.join(file).exists());
        let mut findings: Vec<_> = missing
            .map(|file| format!("{path}:1: add `{file}` beside it, or a link to it"))
            .collect();
        let manifest = fs::read_to_string(root.join(&path)).unwrap();
        if folder.join("tests").is_dir() && !manifest.contains("exclude = [\"/tests\"") {
            findings.push(format!(
                "{path}:1: add `exclude = [\"/tests\"]` to [package]"
            ));
        }
        findings
    }));
}

/// Crates that only models and tests need.
///
/// A dependency for one target or configuration is in the lock file of every user, whatever is
/// built.
const OF_TESTS: [&str; 1] = ["loom"];

#[test]
fn published_crates_do_not_depend_on_model_checkers() {
    let root = xtask::root();
    let workspace = Workspace::read(&root).unwrap();
    let published = workspace
        .packages
        .iter()
        .filter(|package| package.published());
    report(published.flat_map(|package| {
        let path = package.manifest_path();
        let text = fs::read_to_string(root.join(&path)).unwrap();
        of_tests(&path, &text)
    }));
}

fn of_tests(path: &str, manifest: &str) -> Vec<String> {
    let mut section = "";
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(manifest.lines()) {
        if line.starts_with('[') {
            section = line;
        }
        let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
        let counts = section.ends_with("dependencies]")
            && !section.contains("dev-dependencies")
            && !section.starts_with("[workspace");
        if counts && OF_TESTS.contains(&name) {
            findings.push(format!(
                "{path}:{number}: move `{name}` to dev-dependencies"
            ));
        }
    }
    findings
}

#[test]
fn finds_a_model_checker_among_dependencies() {
    let manifest = "[dependencies]\nlog = \"0.4\"\n[target.'cfg(loom)'.dependencies]\nloom.workspace = true\n\
                    [target.'cfg(loom)'.dev-dependencies]\nloom = \"0.7\"\n";
    let findings = of_tests("a/Cargo.toml", manifest);
    expect!["a/Cargo.toml:4: move `loom` to dev-dependencies"].assert_eq(&findings.join("\n"));
}

/// Writes manifests into their folders and reads the workspace that they form.
#[track_caller]
pub(crate) fn workspace(name: &str, manifests: &[(&str, &str)]) -> Workspace {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    for (folder, manifest) in manifests {
        let folder = root.join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    }
    Workspace::read(&root).unwrap()
}

#[test]
fn finds_an_incomplete_manifest() {
    let workspace = workspace(
        "incomplete",
        &[
            (
                "",
                "[workspace]\nmembers = [\"a\", \"b/*\"]\n\
                 [workspace.package]\nlicense = \"MIT\"\nkeywords = []\n",
            ),
            (
                "a",
                "[package]\nname = \"a\"\nlicense.workspace = true\nkeywords.workspace = true\n\
                 rust-version.workspace = true\n[lints]\nworkspace = true\n",
            ),
            ("b/c", "[package]\nname = \"c\"\npublish = false\n"),
        ],
    );
    let findings: Vec<_> = workspace.packages.iter().flat_map(findings).collect();
    expect![[r#"
        a/Cargo.toml:1: add `description` to [package], or `publish = false`
        a/Cargo.toml:1: add `rust-version` to [package], or `publish = false`
        a/Cargo.toml:1: add `categories` to [package], or `publish = false`
        b/c/Cargo.toml:1: add [lints] with `workspace = true`"#]]
    .assert_eq(&findings.join("\n"));
}
