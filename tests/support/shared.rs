//! One target folder for the packages that tests build, so that what they depend on is built
//! once.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Returns the folder.
pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("shared")
}

/// Has `cargo` build into the folder, for each test in the same way.
pub(crate) fn build_there(cargo: &mut Command) -> &mut Command {
    cargo
        .env("CARGO_TARGET_DIR", target())
        // Nobody debugs what is built there.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env_remove("RUSTFLAGS")
}
