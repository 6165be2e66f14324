//! Checks that manifests have the keys that registries and compilers need.

use std::{fs, path::Path};

use expect_test::expect;
use xtask::{Dependency, Package, Workspace};

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
    report(workspace.packages.iter().flat_map(|package| {
        let path = package.manifest_path();
        let text = fs::read_to_string(xtask::root().join(&path)).unwrap();
        let lints = (!inherits_lints(&text))
            .then(|| format!("{path}:1: add [lints] with `workspace = true`"));
        findings(package).into_iter().chain(lints)
    }));
}

fn findings(package: &Package) -> Vec<String> {
    let path = package.manifest_path();
    let missing = KEYS
        .iter()
        .filter(|key| package.published() && package.key(key).is_none());
    missing
        .map(|key| format!("{path}:1: add `{key}` to [package], or `publish = false`"))
        .collect()
}

/// Returns `true` if a manifest inherits the workspace's lints, which cargo's metadata does not
/// contain.
fn inherits_lints(manifest: &str) -> bool {
    manifest.contains("\n[lints]\nworkspace = true\n")
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
    let workspace = Workspace::read(&xtask::root()).unwrap();
    let published = workspace
        .packages
        .iter()
        .filter(|package| package.published());
    report(published.flat_map(of_tests));
}

fn of_tests(package: &Package) -> Vec<String> {
    let dependencies = package.dependencies();
    dependencies
        .filter(|dependency| OF_TESTS.contains(&&*dependency.name))
        .map(|Dependency { name, .. }| {
            let path = package.manifest_path();
            format!("{path}:1: move `{name}` to dev-dependencies")
        })
        .collect()
}

#[test]
fn finds_a_model_checker_among_dependencies() {
    let manifest = "[workspace]\n[package]\nname = \"a\"\n[dependencies]\nlog = \"0.4\"\n\
                    [target.'cfg(loom)'.dependencies]\nloom = \"0.7\"\n";
    let dev = manifest.replace(")'.", ")'.dev-");
    for (manifest, expected) in [
        (
            manifest,
            expect!["Cargo.toml:1: move `loom` to dev-dependencies"],
        ),
        (&dev, expect![""]),
    ] {
        let workspace = workspace("model_checker", &[("", manifest)]);
        expected.assert_eq(&of_tests(&workspace.packages[0]).join("\n"));
    }
}

/// Writes manifests into their folders, each with an empty library, and reads the workspace that they
/// form.
#[track_caller]
pub(crate) fn workspace(name: &str, manifests: &[(&str, &str)]) -> Workspace {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    for (folder, manifest) in manifests {
        let folder = root.join(folder);
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::write(folder.join("src/lib.rs"), "").unwrap();
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
                 [workspace.package]\nlicense = \"MIT\"\nkeywords = [\"a\"]\nrust-version = \"1.85\"\n",
            ),
            (
                "a",
                "[package]\nname = \"a\"\nversion = \"1.0.0\"\nlicense.workspace = true\nkeywords.workspace = true\n\
                 rust-version.workspace = true\n",
            ),
            ("b/c", "[package]\nname = \"c\"\npublish = false\n"),
        ],
    );
    let findings: Vec<_> = workspace.packages.iter().flat_map(findings).collect();
    expect![[r#"
        a/Cargo.toml:1: add `description` to [package], or `publish = false`
        a/Cargo.toml:1: add `categories` to [package], or `publish = false`"#]]
    .assert_eq(&findings.join("\n"));
}

#[test]
fn finds_a_manifest_with_lints_of_its_own() {
    assert!(inherits_lints("[package]\n\n[lints]\nworkspace = true\n"));
    assert!(!inherits_lints(
        "[package]\n\n[lints.rust]\nworkspace = true\n"
    ));
}
