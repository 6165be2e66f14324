//! Packages that tests build, in a target folder of their own.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// Returns the target folder of all packages that tests build, so that their dependencies are built
/// once.
pub fn shared_target() -> PathBuf {
    target().join("tmp/shared")
}

/// Returns the target folder of the test that runs.
///
/// # Panics
///
/// Panics if the program is not a test that cargo has built.
pub fn target() -> PathBuf {
    // The test's own path is <target>/debug/deps/lints-…
    let test = env::current_exe().expect("the test is a file");
    let target = test.ancestors().nth(3);
    target.expect("it is in a target folder").to_owned()
}

/// Returns a command that runs cargo in the folder `package`, and builds into [`shared_target`] with
/// the same options for each test.
pub fn cargo(package: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(package)
        .env("CARGO_TARGET_DIR", shared_target())
        // Nobody debugs these programs.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env_remove("RUSTFLAGS");
    cargo
}
