//! One package, as `cargo metadata` describes it: with the values that it inherits from the workspace.

use std::path::Path;

use serde_json::Value;

/// A package of the workspace.
pub struct Package {
    /// Name in `[package]`.
    pub name: String,
    /// Folder relative to the workspace's root, with `/` between folders; `""` is the root package.
    pub folder: String,
    /// Main files of libraries, programs, examples and tests, relative to the workspace's root.
    pub targets: Vec<String>,
    metadata: Value,
}

/// A dependency that a package is built with.
#[derive(Debug)]
pub struct Dependency {
    /// Name of the dependency's package, also if the dependency is renamed.
    pub name: String,
    /// Version requirement; `*` for a dependency with a path only.
    pub version: String,
}

impl Package {
    pub(crate) fn new(root: &Path, metadata: Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let below_root = |path: &Value| {
            let path = Path::new(path.as_str().unwrap_or_default());
            let path = path.strip_prefix(root).unwrap_or(path);
            path.to_string_lossy().replace('\\', "/")
        };
        let manifest = below_root(&metadata["manifest_path"]);
        let folder = manifest.strip_suffix("Cargo.toml").unwrap_or_default();
        let targets = metadata["targets"].as_array().into_iter().flatten();
        Self {
            name: text(&metadata["name"]),
            folder: folder.trim_end_matches('/').to_owned(),
            targets: targets.map(|it| below_root(&it["src_path"])).collect(),
            metadata,
        }
    }

    /// Returns the manifest's path relative to the workspace's root.
    pub fn manifest_path(&self) -> String {
        if self.folder.is_empty() {
            "Cargo.toml".to_owned()
        } else {
            format!("{}/Cargo.toml", self.folder)
        }
    }

    /// Returns the value of a key of `[package]`; `None` if it is missing, or has no entries.
    pub fn key(&self, key: &str) -> Option<&Value> {
        let value = self.metadata.get(key.replace('-', "_"))?;
        let is_empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        (!is_empty).then_some(value)
    }

    /// Returns `true` unless `publish` is `false`.
    pub fn published(&self) -> bool {
        // Cargo describes `publish = false` as an empty list of registries.
        self.metadata["publish"].is_null()
    }

    /// Returns dependencies and build dependencies for all targets, without dev-dependencies.
    pub fn dependencies(&self) -> impl Iterator<Item = Dependency> {
        let dependencies = self.metadata["dependencies"].as_array();
        dependencies
            .into_iter()
            .flatten()
            .filter(|dependency| dependency["kind"] != "dev")
            .filter_map(|dependency| {
                Some(Dependency {
                    name: dependency["name"].as_str()?.to_owned(),
                    version: dependency["req"].as_str()?.to_owned(),
                })
            })
    }
}
