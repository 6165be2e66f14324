//! Tests with the shop: its committed rules, and the CI jobs of the README.

mod current;
#[cfg(unix)]
mod jobs;

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

/// Returns the folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the command `cargo autometrics` in the workspace's folder, after the shop was built.
pub(crate) fn command(arguments: &[&str]) -> Command {
    LazyLock::force(&BUILT);
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-autometrics"));
    command.args(arguments).current_dir(root());
    command
}

/// Builds the shop once, so that tests do not wait for builds of others while they run.
static BUILT: LazyLock<()> = LazyLock::new(|| {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "shop"]);
    let status = cargo.current_dir(root()).status().unwrap();
    assert!(status.success(), "the shop does not build");
});

/// Returns the path of the shop's program, which is in the folder of the command.
pub(crate) fn shop() -> PathBuf {
    LazyLock::force(&BUILT);
    let name = format!("shop{}", std::env::consts::EXE_SUFFIX);
    Path::new(env!("CARGO_BIN_EXE_cargo-autometrics")).with_file_name(name)
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}
