//! A copy's manifest: a workspace of its own, only what can be built, and the
//! dependency on autometrics.

use std::{fs, path::Path};

use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, value};

use crate::{cargo, crates::Crate};

/// Adapts the manifest in `copy`.
///
/// Both copies get the dependency: with it in one of them, cargo might choose
/// other features for what they share, and build it twice.
pub(super) fn adapt(copy: &Path, of: &Crate) -> Result<(), String> {
    let path = copy.join("Cargo.toml");
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = fs::read_to_string(&path).map_err(|error| failed(&error))?;
    let adapted = adapted(&text, of, copy, &cargo::root()).map_err(|error| failed(&error))?;
    if adapted == text {
        return Ok(());
    }
    fs::write(&path, adapted).map_err(|error| failed(&error))
}

fn adapted(
    text: &str,
    of: &Crate,
    copy: &Path,
    root: &Path,
) -> Result<String, toml_edit::TomlError> {
    let mut manifest: DocumentMut = text.parse()?;
    manifest
        .entry("workspace")
        .or_insert(Item::Table(Table::new()));

    let mut autometrics = InlineTable::new();
    autometrics.insert("path", root.display().to_string().into());
    autometrics.insert("default-features", false.into());
    manifest["dependencies"]["autometrics"] = value(autometrics);

    // Not built, but refused where their files are not in the package.
    manifest.remove("bench");
    manifest.remove("example");
    manifest["package"]["autobenches"] = value(false);
    manifest["package"]["autoexamples"] = value(false);
    if let Some(tests) = manifest
        .get_mut("test")
        .and_then(Item::as_array_of_tables_mut)
    {
        keep_tests(tests, of, copy);
    }

    remove_unused(&mut manifest, copy);

    if of.depends_on_itself {
        let mut itself = InlineTable::new();
        itself.insert("path", ".".into());
        manifest["patch"]["crates-io"][of.name] = value(itself);
    }
    Ok(manifest.to_string())
}

fn keep_tests(tests: &mut ArrayOfTables, of: &Crate, copy: &Path) {
    tests.retain(|test| {
        let text = |key| test.get(key).and_then(Item::as_str);
        let missing = text("path").is_some_and(|path| !copy.join(path).exists());
        let unwanted = of
            .without
            .iter()
            .any(|without| text("name") == Some(without.program));
        !missing && !unwanted
    });
}

/// Removes development dependencies that only benchmarks and examples name.
fn remove_unused(manifest: &mut DocumentMut, copy: &Path) {
    let Some(dependencies) = manifest.get_mut("dev-dependencies") else {
        return;
    };
    let Some(dependencies) = dependencies.as_table_like_mut() else {
        return;
    };
    let mut text = String::new();
    for folder in ["src", "tests"] {
        read_all(&copy.join(folder), &mut text);
    }
    let names: Vec<_> = dependencies
        .iter()
        .map(|(name, _)| name.to_owned())
        .collect();
    for name in names {
        if !text.contains(&name.replace('-', "_")) {
            dependencies.remove(&name);
        }
    }
}

fn read_all(folder: &Path, text: &mut String) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_all(&path, text);
        } else if let Ok(file) = fs::read_to_string(&path) {
            text.push_str(&file);
        }
    }
}
