//! One package: its manifest, with the values that it inherits from the workspace.

use toml::{Table, Value};

/// A package of the workspace.
pub struct Package {
    /// Name in `[package]`.
    pub name: String,
    /// Folder relative to the workspace's root; `""` is the root package.
    pub folder: String,
    manifest: Table,
    shared: Table,
}

/// A dependency that a package is built with.
#[derive(Debug)]
pub struct Dependency {
    /// Name of the dependency's package, also if the dependency is renamed.
    pub name: String,
    /// Version requirement; `None` for a dependency with a path only.
    pub version: Option<String>,
}

impl Package {
    pub(crate) fn new(folder: String, manifest: Table, shared: &Table) -> Result<Self, String> {
        let name = manifest
            .get("package")
            .and_then(|package| package.get("name"))
            .and_then(Value::as_str)
            .ok_or_else(|| format!("{folder}/Cargo.toml names no package"))?
            .to_owned();
        Ok(Self {
            name,
            folder,
            manifest,
            shared: shared.clone(),
        })
    }

    /// Returns the manifest's path relative to the workspace's root.
    pub fn manifest_path(&self) -> String {
        if self.folder.is_empty() {
            "Cargo.toml".to_owned()
        } else {
            format!("{}/Cargo.toml", self.folder)
        }
    }

    /// Returns the value of a key of `[package]`, inherited from the workspace if it is so marked.
    pub fn key(&self, key: &str) -> Option<&Value> {
        let value = self.manifest.get("package")?.get(key)?;
        if inherits(value) {
            self.shared.get("package")?.get(key)
        } else {
            Some(value)
        }
    }

    /// Returns `true` unless `publish` is `false`.
    pub fn published(&self) -> bool {
        self.key("publish") != Some(&Value::Boolean(false))
    }

    /// Returns `true` if the package inherits the workspace's lints.
    pub fn inherits_lints(&self) -> bool {
        self.manifest.get("lints").is_some_and(inherits)
    }

    /// Returns dependencies and build dependencies for all targets, without dev-dependencies.
    pub fn dependencies(&self) -> Vec<Dependency> {
        let targets = self.manifest.get("target").and_then(Value::as_table);
        let targets = targets.into_iter().flat_map(Table::values);
        std::iter::once(&self.manifest)
            .chain(targets.filter_map(Value::as_table))
            .flat_map(|table| ["dependencies", "build-dependencies"].map(|key| table.get(key)))
            .flatten()
            .filter_map(Value::as_table)
            .flatten()
            .map(|(key, value)| self.dependency(key, value))
            .collect()
    }

    fn dependency(&self, key: &str, value: &Value) -> Dependency {
        let shared = self.shared.get("dependencies");
        let value = match shared.and_then(|shared| shared.get(key)) {
            Some(shared) if inherits(value) => shared,
            _ => value,
        };
        let text = |key| value.get(key).and_then(Value::as_str).map(str::to_owned);
        Dependency {
            name: text("package").unwrap_or_else(|| key.to_owned()),
            version: value
                .as_str()
                .map(str::to_owned)
                .or_else(|| text("version")),
        }
    }
}

fn inherits(value: &Value) -> bool {
    value.get("workspace") == Some(&Value::Boolean(true))
}
