//! The published tests of `autometrics` 3.0 pass with feature `compat`.
//!
//! They are copied unchanged from the published package into a package of the same name and
//! version. Only the dependency differs.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// Test files that are run, with their numbers of tests.
const TESTS: [(&str, usize); 5] = [
    ("init_to_zero_test", 1),
    ("integration_test", 8),
    ("objectives_test", 3),
    ("settings_histogram_buckets_test", 1),
    ("settings_service_name_test", 1),
];

/// Tests that are not run, with the reason. Most are about back ends that no longer exist.
const LEFT_OUT: [(&str, &str); 3] = [
    (
        "exemplars_test",
        "exemplars were written by the back end of the crate prometheus-client",
    ),
    (
        "settings_custom_registry",
        "registries were given to the settings, for a back end to write into",
    ),
    (
        "compilation",
        "runs the programs below by trybuild; here they are built and run directly",
    ),
];

/// Folder of programs that compile, and check themselves when they run.
const PROGRAMS: &str = "tests/compilation/result_labels/pass";

#[test]
fn published_tests_pass_with_only_the_dependency_changed() {
    let published = published();
    every_test_is_known(&published);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("published");
    let _ = fs::remove_dir_all(&folder);
    write_package(&published, &folder);

    let output = cargo(&folder, &["test", "--no-fail-fast"]);
    for (test, count) in TESTS {
        let ran = format!("test result: ok. {count} passed; 0 failed");
        assert!(output.contains(&ran), "{test}:\n{output}");
    }
    for program in fs::read_dir(folder.join("examples")).expect("there are programs") {
        let program = program.expect("they can be read").path();
        let name = program.file_stem().and_then(|name| name.to_str());
        cargo(&folder, &["run", "--example", name.expect("it has a name")]);
    }
}

/// Returns the folder of the published package, which cargo fetches.
fn published() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fetch");
    write(
        &folder.join("Cargo.toml"),
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n\
         [dependencies]\nautometrics = \"=3.0.0\"\n\n[workspace]\n",
    );
    write(&folder.join("src/lib.rs"), "");
    let metadata = cargo(&folder, &["metadata", "--format-version=1"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let package = packages
        .iter()
        .find(|package| package["name"] == "autometrics")
        .expect("it was asked for");
    let manifest = package["manifest_path"].as_str().expect("it has one");
    Path::new(manifest)
        .parent()
        .expect("it is in a folder")
        .to_owned()
}

/// Asserts that each published test file is run, or left out for a reason.
fn every_test_is_known(published: &Path) {
    for file in fs::read_dir(published.join("tests")).expect("there are tests") {
        let file = file.expect("they can be read").path();
        let name = file.file_stem().expect("it has a name").to_string_lossy();
        let run = TESTS.iter().any(|(test, _)| *test == name);
        let left_out = LEFT_OUT.iter().any(|(test, _)| *test == name);
        assert!(run || left_out, "{name} is neither run nor left out");
    }
}

fn write_package(published: &Path, folder: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    write(
        &folder.join("Cargo.toml"),
        &format!(
            "[package]\nname = \"autometrics\"\nversion = \"3.0.0\"\nedition = \"2021\"\n\n\
             [features]\ndefault = [\"prometheus-exporter\"]\nprometheus-exporter = []\n\n\
             [dependencies]\nautometrics = {{ path = \"{}\", features = [\"compat\"] }}\n\n\
             [dev-dependencies]\nautometrics-macros = {{ path = \"{}\" }}\n\
             async-trait = \"0.1\"\nhttp = \"1\"\n\n\
             [lib]\nname = \"empty\"\n\n[workspace]\n",
            root.display(),
            root.join("autometrics-macros").display()
        ),
    );
    // Sets the same configuration as the published package's own build script does for its
    // features.
    write(
        &folder.join("build.rs"),
        "fn main() {\n\
         println!(\"cargo::rustc-check-cfg=cfg(prometheus_exporter, prometheus_client, prometheus, opentelemetry)\");\n\
         println!(\"cargo::rustc-cfg=prometheus_exporter\");\n}",
    );
    write(&folder.join("src/lib.rs"), "");
    let lock = fs::read_to_string(root.join("Cargo.lock")).expect("there is a lock file");
    write(&folder.join("Cargo.lock"), &lock);
    for (test, _) in TESTS {
        let file = format!("tests/{test}.rs");
        let text = fs::read_to_string(published.join(&file)).expect("it was published");
        write(&folder.join(&file), &text);
    }
    for program in fs::read_dir(published.join(PROGRAMS)).expect("there are programs") {
        let program = program.expect("they can be read").path();
        let text = fs::read_to_string(&program).expect("it was published");
        let name = program.file_name().expect("it has a name");
        write(&folder.join("examples").join(name), &text);
    }
}

fn write(path: &Path, text: &str) {
    let folder = path.parent().expect("it is in a folder");
    fs::create_dir_all(folder).expect("the target folder can be written");
    fs::write(path, text).expect("the target folder can be written");
}

/// Runs cargo with success, and returns its standard output.
#[track_caller]
fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let output = test_harness::cargo(folder)
        .args(arguments)
        .output()
        .expect("cargo can be run");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "cargo {}:\n{text}{}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    text
}
