//! `cargo xtask lowest`: checks libraries with the lowest versions of their dependencies.

use std::{env, fs, path::Path, time::Instant};

use toml::{Table, Value};
use xtask::{Package, Workspace};

use crate::process;

/// Value of `rust-version` in this package and in the library crates.
const RUST: &str = env!("CARGO_PKG_RUST_VERSION");

/// Checks all published libraries with all features and the lowest version of each direct
/// dependency.
///
/// Cargo resolves the dependencies of tests together with those of libraries. A test that needs a
/// newer version would hide that a manifest allows a version that is too old. So the check works on
/// a copy of the manifests without tests, with the sources of the workspace.
pub(crate) fn run() -> Result<(), String> {
    let start = Instant::now();
    let root = xtask::root();
    let copy = root.join("target/lowest/workspace");
    let packages = Workspace::read(&root)?.packages;
    let ours = |package: &&Package| {
        let rust = package.key("rust-version").and_then(|key| key.as_str());
        package.published() && rust == Some(RUST)
    };
    let packages: Vec<_> = packages.iter().filter(ours).collect();
    let _ = fs::remove_dir_all(&copy);
    for package in &packages {
        let manifest = read(&root.join(package.manifest_path()))?;
        let folder = root.join(&package.folder);
        let has_script = folder.join("build.rs").is_file();
        let library = library(manifest, &folder, has_script);
        write(&copy.join(&package.name).join("Cargo.toml"), &library)?;
    }
    let folders: Vec<_> = packages
        .iter()
        .map(|package| (package.folder.as_str(), package.name.as_str()))
        .collect();
    let manifest = workspace(read(&root.join("Cargo.toml"))?, &folders);
    write(&copy.join("Cargo.toml"), &manifest)?;

    process::run(
        process::cargo()
            .current_dir(&copy)
            // The option is unstable. It affects the lock file only: crates compile as with the
            // stable compiler that users have.
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["update", "--quiet", "-Z", "direct-minimal-versions"]),
    )?;
    // One by one: checked together, a library would get the features that another one enables.
    for package in &packages {
        process::run(
            process::cargo()
                .current_dir(&copy)
                .args(["check", "--locked", "--all-features"])
                .args(["--package", &package.name])
                .arg("--target-dir")
                .arg(root.join("target/lowest/target")),
        )?;
    }
    println!(
        "{} libraries compile with the lowest versions of their dependencies ({:.0} s)",
        packages.len(),
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Returns the manifest of a library without its tests and examples.
///
/// `folder` is the folder of the sources. `has_script` is `true` if `build.rs` exists, which cargo
/// finds without a key.
fn library(mut manifest: Table, folder: &Path, has_script: bool) -> Table {
    let path = |file| Value::from(folder.join(file).display().to_string());
    // The copy's own workspace manifest has the dependencies of the workspace.
    let left_out = [
        "bin",
        "dev-dependencies",
        "example",
        "profile",
        "test",
        "workspace",
    ];
    manifest.retain(|key, _| !left_out.contains(&key));
    for target in tables(manifest.get_mut("target")) {
        target.remove("dev-dependencies");
    }
    if let Some(Value::Table(package)) = manifest.get_mut("package") {
        package.remove("readme");
        package.remove("build");
        if has_script {
            package.insert("build".to_owned(), path("build.rs"));
        }
    }
    let library = manifest.entry("lib").or_insert(Table::new().into());
    if let Value::Table(library) = library {
        library.insert("path".to_owned(), path("src/lib.rs"));
    }
    manifest
}

/// Returns the workspace manifest of the copy.
///
/// `folders` has the folder of each library and its name. The name is the library's folder in the
/// copy.
fn workspace(mut manifest: Table, folders: &[(&str, &str)]) -> Table {
    manifest.retain(|key, _| key == "workspace");
    if let Some(Value::Table(workspace)) = manifest.get_mut("workspace") {
        workspace.retain(|key, _| ["dependencies", "lints", "package", "resolver"].contains(&key));
        let members: Vec<_> = folders.iter().map(|(_, name)| Value::from(*name)).collect();
        workspace.insert("members".to_owned(), members.into());
        for dependency in tables(workspace.get_mut("dependencies")) {
            for (folder, name) in folders {
                if dependency.get("path").and_then(Value::as_str) == Some(folder) {
                    dependency.insert("path".to_owned(), (*name).into());
                    break;
                }
            }
        }
    }
    manifest
}

/// Returns the tables in a table.
fn tables(table: Option<&mut Value>) -> impl Iterator<Item = &mut Table> {
    let values = table.and_then(Value::as_table_mut).into_iter().flatten();
    values.filter_map(|(_, value)| value.as_table_mut())
}

fn read(path: &Path) -> Result<Table, String> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    text.parse()
        .map_err(|error| format!("{} is not TOML: {error}", path.display()))
}

fn write(path: &Path, manifest: &Table) -> Result<(), String> {
    path.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(path, manifest.to_string()))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::expect;

    use super::{library, workspace};

    #[test]
    fn library_manifest_drops_tests_and_keeps_dependencies() {
        let manifest = "\
[package]
name = \"core\"
build = \"build.rs\"
readme = \"README.md\"

[features]
http = [\"dep:http\"]

[dependencies]
http = { version = \"1.5\", optional = true }

[target.'cfg(unix)'.dependencies]
libc = \"0.2\"

[target.'cfg(loom)'.dev-dependencies]
loom = \"0.7\"

[dev-dependencies]
tokio = \"1.54\"

[[test]]
name = \"it\"

[lints]
workspace = true

[workspace.dependencies]
shared = \"1\"
";
        expect![[r#"
            [dependencies.http]
            optional = true
            version = "1.5"

            [features]
            http = ["dep:http"]

            [lib]
            path = "/u/me/core/src/lib.rs"

            [lints]
            workspace = true

            [package]
            build = "/u/me/core/build.rs"
            name = "core"

            [target."cfg(loom)"]

            [target."cfg(unix)".dependencies]
            libc = "0.2"
        "#]]
        .assert_eq(&library(manifest.parse().unwrap(), Path::new("/u/me/core"), true).to_string());
    }

    #[test]
    fn workspace_copy_names_folders_after_libraries() {
        let manifest = "\
[package]
name = \"face\"

[workspace]
resolver = \"3\"
members = [\"exporters/text\"]

[workspace.package]
version = \"1.0.0\"

[workspace.dependencies]
text = { version = \"1.0.0\", path = \"exporters/text\" }
http = \"1.5\"
";
        expect![[r#"
            [workspace]
            members = ["face", "text"]
            resolver = "3"

            [workspace.dependencies]
            http = "1.5"

            [workspace.dependencies.text]
            path = "text"
            version = "1.0.0"

            [workspace.package]
            version = "1.0.0"
        "#]]
        .assert_eq(
            &workspace(
                manifest.parse().unwrap(),
                &[("", "face"), ("exporters/text", "text")],
            )
            .to_string(),
        );
    }
}
