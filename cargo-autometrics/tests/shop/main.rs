//! The shop, from its source to an alert: built by cargo, read by the command,
//! defended by the rules.

mod current;
#[cfg(unix)]
mod jobs;

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

/// The workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// `cargo autometrics` in the workspace's folder, about the shop.
pub(crate) fn command(arguments: &[&str]) -> Command {
    LazyLock::force(&BUILT);
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-autometrics"));
    command.args(arguments).current_dir(root());
    command
}

/// Built once, before tests that run side by side wait for each other.
static BUILT: LazyLock<()> = LazyLock::new(|| {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "shop"]);
    let status = cargo.current_dir(root()).status().unwrap();
    assert!(status.success(), "the shop does not build");
});

/// The shop's program, which lies where the command does.
pub(crate) fn shop() -> PathBuf {
    LazyLock::force(&BUILT);
    let name = format!("shop{}", std::env::consts::EXE_SUFFIX);
    Path::new(env!("CARGO_BIN_EXE_cargo-autometrics")).with_file_name(name)
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}
