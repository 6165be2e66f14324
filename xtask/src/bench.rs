//! `cargo xtask bench`: builds and runs the workspace that measures.

use std::ffi::OsString;

use crate::process;

/// Passes `arguments` on to the benchmarks.
pub(crate) fn run(arguments: &[OsString]) -> Result<(), String> {
    let manifest = xtask::root().join("xtask/bench/Cargo.toml");
    if !manifest.is_file() {
        return Err("there are no benchmarks here: xtask/bench/Cargo.toml is missing".to_owned());
    }
    process::run(
        process::cargo()
            // Paths among the arguments are the caller's.
            .current_dir(".")
            .args(["run", "--quiet", "--release", "--manifest-path"])
            .arg(manifest)
            .arg("--")
            .args(arguments),
    )
}
