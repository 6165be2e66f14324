//! Finds the source of a crate in cargo's registry, and copies it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{cargo, crates::Crate};

/// Returns the folder with the source of a crate, after cargo has fetched it if necessary.
///
/// `scratch` becomes a package with this crate as its only dependency.
pub(super) fn find(of: &Crate, scratch: &Path) -> Result<PathBuf, String> {
    let Crate { name, version, .. } = of;
    let version = version.split('+').next().unwrap_or(version);
    let manifest = format!(
        "[package]\nname = \"scratch\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n\
         [dependencies]\n{name} = {{ version = \"={version}\", default-features = false }}\n\n[workspace]\n"
    );
    let write = |file, text| fs::write(scratch.join(file), text);
    fs::create_dir_all(scratch)
        .and_then(|()| write("Cargo.toml", manifest.as_str()))
        .and_then(|()| write("lib.rs", ""))
        .map_err(|error| format!("cannot write {}: {error}", scratch.display()))?;
    let mut metadata = cargo::cargo(scratch);
    metadata.args(["metadata", "--format-version", "1", "--quiet"]);
    let metadata = cargo::output(&mut metadata)?;
    let metadata: Value = serde_json::from_str(&metadata)
        .map_err(|error| format!("cannot read what `cargo metadata` says: {error}"))?;
    let packages = metadata["packages"].as_array();
    let package = packages
        .into_iter()
        .flatten()
        .find(|package| package["name"] == *name);
    let manifest = package.and_then(|package| package["manifest_path"].as_str());
    let folder = manifest.and_then(|manifest| Path::new(manifest).parent());
    folder
        .map(Path::to_owned)
        .ok_or_else(|| format!("cargo does not know where {name} {version} is"))
}

/// Copies `from` to `to`. Files that exist in `to` keep their contents and their modification time.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else if !to.exists() {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
