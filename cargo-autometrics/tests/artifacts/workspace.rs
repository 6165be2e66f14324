//! A workspace with instrumented packages, built as users build theirs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use expect_test::Expect;

/// Returns the folder with copies of the packages in `fixtures`, and with earlier build results.
pub(crate) fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("artifacts");
        copy(&package.join("tests/artifacts/fixtures"), &folder);
        let manifest = folder.join("Cargo.toml");
        let root = package
            .parent()
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        let text = fs::read_to_string(&manifest)
            .unwrap()
            .replace("ROOT", &root);
        fs::write(manifest, text).unwrap();
        // The lock file has the versions that are here, so that cargo looks nothing up and
        // downloads nothing.
        fs::copy(package.join("../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        share(&folder.join("target"));
        folder
    })
}

/// Links `target` to the folder into which tests of other packages build, too, so that common
/// dependencies are built once (`test_harness::shared_target`).
#[cfg(unix)]
fn share(target: &Path) {
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shared");
    fs::create_dir_all(shared).unwrap();
    if !target.exists() {
        std::os::unix::fs::symlink("../shared", target).unwrap();
    }
}

#[cfg(not(unix))]
fn share(_: &Path) {}

/// Returns the command `cargo autometrics`, to be run in that workspace.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-autometrics"));
    command
        .args(arguments)
        .current_dir(folder())
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TARGET_DIR", "target")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env_remove("RUSTFLAGS");
    command
}

/// Runs a command that succeeds, and returns its standard output.
#[track_caller]
pub(crate) fn succeed(arguments: &[&str]) -> String {
    let output = command(arguments).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
pub(crate) fn check(arguments: &[&str], expect: &Expect) {
    expect.assert_eq(&succeed(arguments));
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
