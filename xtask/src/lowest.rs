//! `cargo xtask lowest`: checks libraries with the lowest versions of their dependencies.

use std::{env, fs, path::Path, time::Instant};

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
        let text = read(&root.join(package.manifest_path()))?;
        let folder = root.join(&package.folder);
        write(
            &copy.join(&package.name).join("Cargo.toml"),
            &library(&text, &folder, folder.join("build.rs").is_file()),
        )?;
    }
    let folders: Vec<_> = packages
        .iter()
        .map(|package| (package.folder.as_str(), package.name.as_str()))
        .collect();
    let manifest = workspace(&read(&root.join("Cargo.toml"))?, &folders);
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
fn library(manifest: &str, folder: &Path, has_script: bool) -> String {
    let mut text = String::new();
    for section in sections(manifest) {
        let name = name(section);
        let kept = name == "package"
            || name == "features"
            || name == "lib"
            || name == "lints"
            || name.ends_with("dependencies") && !name.ends_with("dev-dependencies");
        // The copy's own workspace manifest has the dependencies of the workspace.
        if !kept || name.starts_with("workspace") {
            continue;
        }
        for line in section.lines() {
            match line.split_whitespace().next() {
                Some("readme" | "build") if name == "package" => {}
                _ => text = text + line + "\n",
            }
        }
    }
    if !text.contains("\n[lib]\n") {
        text += "\n[lib]\n";
    }
    let path = |file| folder.join(file).display().to_string();
    let source = format!("\n[lib]\npath = {:?}\n", path("src/lib.rs"));
    let text = text.replace("\n[lib]\n", &source);
    if !has_script {
        return text;
    }
    let script = format!("[package]\nbuild = {:?}\n", path("build.rs"));
    text.replacen("[package]\n", &script, 1)
}

/// Returns the workspace manifest of the copy.
///
/// `folders` has the folder of each library and its name. The name is the library's folder in the
/// copy.
fn workspace(manifest: &str, folders: &[(&str, &str)]) -> String {
    let members: Vec<_> = folders.iter().map(|(_, name)| *name).collect();
    let mut text = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n");
    for section in sections(manifest) {
        let name = name(section);
        if ["workspace.package", "workspace.dependencies"].contains(&name)
            || name.starts_with("workspace.lints.")
        {
            text += section;
        }
    }
    for (folder, name) in folders {
        text = text.replace(
            &format!("path = {folder:?} }}"),
            &format!("path = {name:?} }}"),
        );
    }
    text
}

/// Splits a manifest before each header.
fn sections(manifest: &str) -> impl Iterator<Item = &str> {
    let starts = std::iter::once(0).chain(manifest.match_indices("\n[").map(|(at, _)| at + 1));
    let starts: Vec<_> = starts.chain([manifest.len()]).collect();
    (1..starts.len()).map(move |end| &manifest[starts[end - 1]..starts[end]])
}

/// Returns the name in the header of a section, `""` for lines before the first header.
fn name(section: &str) -> &str {
    let line = section.lines().next().unwrap_or_default();
    line.trim().trim_matches(['[', ']'])
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    path.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(path, text))
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
            [package]
            build = "/u/me/core/build.rs"
            name = "core"

            [features]
            http = ["dep:http"]

            [dependencies]
            http = { version = "1.5", optional = true }

            [target.'cfg(unix)'.dependencies]
            libc = "0.2"

            [lints]
            workspace = true


            [lib]
            path = "/u/me/core/src/lib.rs"
        "#]]
        .assert_eq(&library(manifest, Path::new("/u/me/core"), true));
    }

    #[test]
    fn workspace_copy_names_folders_after_libraries() {
        let manifest = "\
[package]
name = \"face\"

[workspace]
members = [\"exporters/text\"]

[workspace.package]
version = \"1.0.0\"

[workspace.dependencies]
text = { version = \"1.0.0\", path = \"exporters/text\" }
http = \"1.5\"
";
        expect![[r#"
            [workspace]
            resolver = "3"
            members = ["face", "text"]

            [workspace.package]
            version = "1.0.0"

            [workspace.dependencies]
            text = { version = "1.0.0", path = "text" }
            http = "1.5"
        "#]]
        .assert_eq(&workspace(
            manifest,
            &[("", "face"), ("exporters/text", "text")],
        ));
    }
}
