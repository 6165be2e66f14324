//! Reads the workspace as `cargo metadata` describes it, for the commands and for the tidy tests.
#![forbid(unsafe_code)]

mod package;

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

pub use package::{Dependency, Package};

/// All packages of a workspace.
pub struct Workspace {
    /// Packages, sorted by their folders: the root package is first.
    pub packages: Vec<Package>,
}

impl Workspace {
    /// Reads the workspace in the folder `root`.
    ///
    /// # Errors
    ///
    /// Fails if cargo does not accept a manifest; the message is cargo's.
    pub fn read(root: &Path) -> Result<Self, String> {
        let output = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version=1"])
            .arg("--manifest-path")
            .arg(root.join("Cargo.toml"))
            .output()
            .map_err(|error| format!("cannot run cargo: {error}"))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let metadata: Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("cargo metadata is not JSON: {error}"))?;
        let root = metadata["workspace_root"].as_str().unwrap_or_default();
        let packages = metadata["packages"].as_array().into_iter().flatten();
        let mut packages: Vec<_> = packages
            .map(|package| Package::new(Path::new(root), package.clone()))
            .collect();
        packages.sort_by(|a, b| a.folder.cmp(&b.folder));
        Ok(Self { packages })
    }
}

/// Returns the path of cargo: the one that runs this program, else that on `PATH`.
pub fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Returns the workspace's folder.
///
/// Cargo sets the package's folder in the environment of a running command, so a moved checkout is
/// found without building again.
///
/// # Panics
///
/// Never: this package is in a folder of the workspace.
pub fn root() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package
        .parent()
        .expect("xtask is a folder of the workspace")
        .to_owned()
}
