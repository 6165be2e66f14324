//! A target folder for all packages that tests build, so that their dependencies are built once.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Returns the path of the folder.
pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("shared")
}

/// Makes `cargo` build into the folder, with the same options for each test.
pub(crate) fn build_there(cargo: &mut Command) -> &mut Command {
    cargo
        .env("CARGO_TARGET_DIR", target())
        // Nobody debugs these programs.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env_remove("RUSTFLAGS")
}
