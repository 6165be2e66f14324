//! Commands that are workspaces of their own, so that what they need stays out of
//! the product's lock file: `cargo xtask bench` and `cargo xtask torture`.

use std::ffi::OsString;

use crate::process;

/// Builds and runs the program in `folder`, and passes `arguments` on to it.
///
/// `options` are cargo's.
pub(crate) fn run(folder: &str, options: &[&str], arguments: &[OsString]) -> Result<(), String> {
    let manifest = xtask::root().join(folder).join("Cargo.toml");
    if !manifest.is_file() {
        return Err(format!("{folder}/Cargo.toml is missing"));
    }
    process::run(
        process::cargo()
            // Paths among the arguments are the caller's.
            .current_dir(".")
            .args(["run", "--quiet"])
            .args(options)
            .arg("--manifest-path")
            .arg(manifest)
            .arg("--")
            .args(arguments),
    )
}
