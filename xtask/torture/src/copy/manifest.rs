//! Adapts the manifests of a copy: adds a workspace of its own and the dependency on autometrics,
//! and removes targets that cannot be built.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, value};

use crate::{cargo, crates::Crate};

/// Writes the adapted manifest of `source` into `copy`.
///
/// Both copies get the dependency. If only one had it, cargo might choose other features for shared
/// dependencies, and build them twice.
pub(super) fn adapt(source: &Path, copy: &Path, of: &Crate) -> Result<(), String> {
    let mut manifest = read(&source.join("Cargo.toml"))?;
    let workspace = workspace(&manifest, of, copy);
    adapt_package(&mut manifest, copy);
    write(&copy.join("Cargo.toml"), &manifest)?;
    write(&copy.with_file_name("Cargo.toml"), &workspace)
}

/// Returns the manifest of the workspace around the copy.
///
/// Cargo distinguishes packages by their path in their workspace. Without a workspace it would take
/// the second copy for the first, which it has already built.
fn workspace(package: &DocumentMut, of: &Crate, copy: &Path) -> DocumentMut {
    let package = &package["package"];
    let text = |key| package.get(key).and_then(Item::as_str);
    let resolver = text("resolver").unwrap_or(match text("edition") {
        Some("2024") => "3",
        Some("2021") => "2",
        _ => "1",
    });
    let member = copy.file_name().unwrap_or_default().to_string_lossy();
    let mut manifest = DocumentMut::new();
    manifest["workspace"]["members"] = value(Array::from_iter([member.as_ref()]));
    manifest["workspace"]["resolver"] = value(resolver);
    // Shortens tests that call functions a million times.
    manifest["profile"]["dev"]["package"]["autometrics-core"]["opt-level"] = value(3);
    if of.depends_on_itself {
        let mut itself = InlineTable::new();
        itself.insert("path", member.as_ref().into());
        manifest["patch"]["crates-io"][of.name] = value(itself);
    }
    manifest
}

fn adapt_package(manifest: &mut DocumentMut, copy: &Path) {
    manifest.remove("workspace");
    let mut autometrics = InlineTable::new();
    autometrics.insert("path", cargo::root().display().to_string().into());
    autometrics.insert("default-features", false.into());
    manifest["dependencies"]["autometrics"] = value(autometrics);

    // These are not built, but cargo refuses them if their files are not in the package.
    manifest.remove("bench");
    manifest.remove("example");
    manifest["package"]["autobenches"] = value(false);
    manifest["package"]["autoexamples"] = value(false);
    if let Some(tests) = tests(manifest) {
        let has_file =
            |test: &Table| text(test, "path").is_none_or(|path| copy.join(path).exists());
        tests.retain(has_file);
    }

    remove_unused(manifest, copy);
}

fn write(path: &Path, manifest: &DocumentMut) -> Result<(), String> {
    let text = manifest.to_string();
    // Cargo rebuilds after a file was written.
    if fs::read_to_string(path).is_ok_and(|written| written == text) {
        return Ok(());
    }
    fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// Removes test programs from the copy's manifest.
pub(super) fn remove_tests(copy: &Path, programs: &BTreeMap<String, String>) -> Result<(), String> {
    let path = copy.join("Cargo.toml");
    let mut manifest = read(&path)?;
    if let Some(tests) = tests(&mut manifest) {
        tests.retain(|test| !text(test, "name").is_some_and(|name| programs.contains_key(name)));
    }
    if programs.contains_key("lib") {
        manifest["lib"]["test"] = value(false);
    }
    write(&path, &manifest)
}

fn tests(manifest: &mut DocumentMut) -> Option<&mut ArrayOfTables> {
    manifest.get_mut("test")?.as_array_of_tables_mut()
}

fn text<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key).and_then(Item::as_str)
}

fn read(path: &Path) -> Result<DocumentMut, String> {
    let failed = |error: &dyn fmt::Display| format!("{}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|error| failed(&error))?;
    text.parse().map_err(|error| failed(&error))
}

/// Removes development dependencies that only benchmarks and examples use.
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

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use expect_test::expect;

    use super::adapt;
    use crate::{cargo, crates::Crate};

    #[test]
    fn manifest_keeps_targets_that_can_be_built() {
        let of = Crate {
            depends_on_itself: true,
            ..crate::crates::CRATES[0]
        };
        let copy = env::temp_dir().join("autometrics-torture-manifest/plain");
        fs::create_dir_all(copy.join("src")).unwrap();
        fs::write(copy.join("src/lib.rs"), "use for_tests::a;").unwrap();
        let manifest = "[package]\nname = \"semver\"\nedition = \"2021\"\n\
            [[test]]\nname = \"lost\"\npath = \"tests/lost.rs\"\n\
            [[bench]]\nname = \"lost\"\npath = \"benches/lost.rs\"\n\
            [dev-dependencies]\nfor-benches = \"1\"\nfor-tests = \"1\"\n";
        fs::write(copy.join("Cargo.toml"), manifest).unwrap();
        adapt(&copy, &copy, &of).unwrap();
        let read = |path| fs::read_to_string(path).unwrap();
        let package = read(copy.join("Cargo.toml"));
        let root = cargo::root().display().to_string();
        expect![[r#"
            dependencies = { autometrics = { path = "..", default-features = false } }
            [package]
            name = "semver"
            edition = "2021"
            autobenches = false
            autoexamples = false
            [dev-dependencies]
            for-tests = "1"
        "#]]
        .assert_eq(&package.replace(&root, ".."));
        let workspace = read(copy.with_file_name("Cargo.toml"));
        expect![[r#"
            workspace = { members = ["plain"], resolver = "2" }
            profile = { dev = { package = { autometrics-core = { opt-level = 3 } } } }
            patch = { crates-io = { semver = { path = "plain" } } }
        "#]]
        .assert_eq(&workspace);
    }
}
