//! `cargo xtask public-api`: compares the public API of the libraries with its expected listing.

use std::ffi::OsString;

use xtask::Workspace;

use crate::{process, separate_workspaces};

/// Folder of the expected listings, one file per library.
const LISTINGS: &str = "docs/public-api";
/// Folder in which rustdoc works, so that its files do not replace those of `cargo doc`.
const TARGET: &str = "target/public-api";
/// Value of `rust-version` in this package and in the library crates.
const RUST: &str = env!("CARGO_PKG_RUST_VERSION");

/// Lists the public API of each published library with all features, and compares it with the
/// file in [`LISTINGS`].
pub(crate) fn run() -> Result<(), String> {
    let root = xtask::root();
    let mut arguments: Vec<OsString> = vec![root.join(LISTINGS).into()];
    for package in Workspace::read(&root)?.packages {
        // The command's library is for its own tests; it has another `rust-version`.
        let rust = package.key("rust-version").and_then(|key| key.as_str());
        if !package.published() || rust != Some(RUST) {
            continue;
        }
        process::run(
            process::cargo()
                // The JSON output is unstable. The items are those of the stable compiler.
                .env("RUSTC_BOOTSTRAP", "1")
                .args(["rustdoc", "--quiet", "--locked", "--lib", "--all-features"])
                .args(["--package", &package.name])
                .args(["--target-dir", TARGET])
                .args(["--", "-Zunstable-options", "--output-format", "json"]),
        )?;
        let name = package.name.replace('-', "_");
        let document = root.join(TARGET).join("doc").join(name);
        arguments.push(document.with_extension("json").into());
    }
    separate_workspaces::run("xtask/public-api", &[], &arguments)
}
