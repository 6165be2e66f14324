//! Reads the workspace from its manifests, for the commands and for the tidy tests.
#![forbid(unsafe_code)]

mod package;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

pub use package::{Dependency, Package};

/// All packages of the workspace, read from the manifests.
pub struct Workspace {
    /// The root package first, then the members in the manifest's order.
    pub packages: Vec<Package>,
}

impl Workspace {
    /// Reads the root manifest and those of its members.
    ///
    /// # Errors
    ///
    /// Fails if a manifest cannot be read or parsed; the message names the manifest.
    pub fn read(root: &Path) -> Result<Self, String> {
        let manifest = read_manifest(root)?;
        let shared = manifest
            .get("workspace")
            .and_then(toml::Value::as_table)
            .ok_or_else(|| format!("{} has no [workspace]", root.join("Cargo.toml").display()))?
            .clone();
        let members = strings(shared.get("members"));
        let mut packages = Vec::new();
        if manifest.contains_key("package") {
            packages.push(Package::new(String::new(), manifest, &shared)?);
        }
        for member in members {
            for folder in folders(root, &member)? {
                let manifest = read_manifest(&root.join(&folder))?;
                packages.push(Package::new(folder, manifest, &shared)?);
            }
        }
        Ok(Self { packages })
    }
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

fn read_manifest(folder: &Path) -> Result<toml::Table, String> {
    let path = folder.join("Cargo.toml");
    let text = fs::read_to_string(&path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    text.parse()
        .map_err(|error| format!("{} is not TOML: {error}", path.display()))
}

/// Returns the folders that an entry of `members` names: `a/*` is every package in `a`.
fn folders(root: &Path, member: &str) -> Result<Vec<String>, String> {
    let Some(parent) = member.strip_suffix("/*") else {
        return Ok(vec![member.to_owned()]);
    };
    let mut folders = Vec::new();
    let entries = fs::read_dir(root.join(parent))
        .map_err(|error| format!("cannot list {parent}: {error}"))?;
    for entry in entries {
        let entry = entry.map_err(|error| format!("cannot list {parent}: {error}"))?;
        if entry.path().join("Cargo.toml").is_file() {
            folders.push(format!("{parent}/{}", entry.file_name().to_string_lossy()));
        }
    }
    folders.sort();
    Ok(folders)
}

fn strings(value: Option<&toml::Value>) -> Vec<String> {
    value
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_str)
        .map(str::to_owned)
        .collect()
}
