//! Cargo refuses two versions of the run time in one build.

use std::{fs, path::Path, process::Command};

/// The second version is a package of the same name, with the same `links` key.
#[test]
fn cargo_refuses_a_second_run_time_with_a_reason() {
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("autometrics-core");
    let manifest = fs::read_to_string(core.join("Cargo.toml")).expect("core is there");
    let links = manifest.lines().find(|line| line.starts_with("links = "));
    let links = links.expect("core claims to be the only one");

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("links");
    let write = |file: &str, text: &str| {
        let path = folder.join(file);
        let parent = path.parent().expect("it is in the folder");
        fs::create_dir_all(parent).expect("the target folder can be written");
        fs::write(path, text).expect("the target folder can be written");
    };
    write(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"both\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nautometrics-core = {{ path = {core:?} }}\n\
             other = {{ package = \"autometrics-core\", version = \"5\", path = \"other\" }}\n\n\
             [workspace]\n"
        ),
    );
    write("src/lib.rs", "");
    write(
        "other/Cargo.toml",
        &format!(
            "[package]\nname = \"autometrics-core\"\nversion = \"5.0.0\"\nedition = \"2024\"\n\
             {links}\n"
        ),
    );
    write("other/build.rs", "fn main() {}");
    write("other/src/lib.rs", "");

    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--format-version=1"])
        .current_dir(&folder)
        .output()
        .expect("cargo can be run");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "cargo took both");
    assert!(
        error.contains("Only one package in the dependency graph may specify the same links value"),
        "{error}"
    );
    assert!(error.contains("autometrics-registry"), "{error}");
}
