//! A package that uses the attribute, built by cargo like a user's package.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
    sync::{Mutex, MutexGuard, PoisonError},
};

use test_harness::{cargo, shared_target};

use crate::page::Page;

const MANIFEST: &str = r#"
[package]
name = "sample"
edition = "2024"

[lib]
path = "sample.rs"

[dependencies]
autometrics = { path = "ROOT", default-features = false }

[workspace]
"#;

/// Lock with which tests build the package one after the other, each with other variables.
static TURN: Mutex<()> = Mutex::new(());

pub(crate) struct Package {
    folder: PathBuf,
    pages: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

impl Package {
    /// Writes the package into a folder where later runs find its dependencies built.
    pub(crate) fn write() -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documentation");
        let root = env!("CARGO_MANIFEST_DIR");
        fs::create_dir_all(&folder).unwrap();
        let manifest = MANIFEST.replace("ROOT", &root.replace('\\', "/"));
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        let sample = include_str!("fixtures/sample.rs");
        fs::write(folder.join("sample.rs"), sample).unwrap();
        // Uses the versions of the workspace, so that nothing is downloaded.
        fs::copy(
            Path::new(root).join("Cargo.lock"),
            folder.join("Cargo.lock"),
        )
        .unwrap();
        Self {
            folder,
            pages: shared_target().join("doc/sample"),
            _turn: turn,
        }
    }

    /// Runs cargo in the package, with `variables` as the only ones of ours.
    pub(crate) fn cargo(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        cargo(&self.folder)
            .args(["--offline", "--quiet"])
            .args(arguments)
            .env_remove("PROMETHEUS_URL")
            .env_remove("AUTOMETRICS_DOCS")
            .env_remove("DOCS_RS")
            .envs(variables.iter().copied())
            .output()
            .unwrap()
    }

    /// Runs `cargo doc`.
    #[track_caller]
    pub(crate) fn document(&self, variables: &[(&str, &str)]) {
        let output = self.cargo(&["doc", "--no-deps"], variables);
        assert!(output.status.success(), "{}", said(&output));
    }

    /// Returns a page of the documentation.
    pub(crate) fn page(&self, name: &str) -> Page {
        let path = self.path_of(name);
        let text = fs::read_to_string(&path);
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Page { text }
    }

    pub(crate) fn has_page(&self, name: &str) -> bool {
        self.path_of(name).exists()
    }

    fn path_of(&self, page: &str) -> PathBuf {
        self.pages.join(page)
    }
}

/// Returns cargo's warnings and errors.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
