//! Runs commands that are workspaces of their own: `cargo xtask bench`,
//! `cargo xtask torture`, and the second half of `cargo xtask public-api`.
//!
//! As separate workspaces they keep their dependencies out of the product's lock file.

use std::ffi::OsString;

use crate::process;

/// Builds and runs the program in `folder`, and passes `arguments` on to it.
///
/// `options` are options of `cargo run`.
pub(crate) fn run(folder: &str, options: &[&str], arguments: &[OsString]) -> Result<(), String> {
    let manifest = xtask::root().join(folder).join("Cargo.toml");
    if !manifest.is_file() {
        return Err(format!("{folder}/Cargo.toml is missing"));
    }
    process::run(
        process::cargo()
            // Relative paths among the arguments are relative to the caller's folder.
            .current_dir(".")
            .args(["run", "--quiet"])
            .args(options)
            .arg("--manifest-path")
            .arg(manifest)
            .arg("--")
            .args(arguments),
    )
}
