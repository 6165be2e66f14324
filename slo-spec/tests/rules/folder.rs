//! A folder with rules and tests, and what `promtool` says of it.

use std::{fs, process::Command};

use slo_spec::rules::{Options, Slo, generate, generate_tests};
use tempfile::TempDir;

pub(crate) struct Folder(TempDir);

/// What `promtool` said, and whether it was content.
pub(crate) struct Said {
    pub(crate) content: bool,
    pub(crate) text: String,
}

/// Every complaint that `promtool check rules` knows is an error.
pub(crate) const STRICT: [&str; 4] = ["check", "rules", "--lint=all", "--lint-fatal"];

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("there is room for a folder"))
    }

    /// One with `rules.yml`, and its tests in `tests.yml`.
    pub(crate) fn generated(slos: &[Slo], options: &Options) -> Self {
        let folder = Self::new();
        let rules = generate(slos, options).expect("the rules are generated");
        let tests = generate_tests(slos, options, "rules.yml").expect("the tests are generated");
        folder.put("rules.yml", &rules.file.to_yaml());
        folder.put("tests.yml", &tests);
        folder
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).expect("the folder takes files");
    }

    pub(crate) fn promtool(&self, arguments: &[&str]) -> Said {
        let output = Command::new("promtool")
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .expect("promtool runs; it is in the Debian package `prometheus`, which `cargo xtask test` installs");
        let text = [output.stdout, output.stderr].concat();
        Said {
            content: output.status.success(),
            text: String::from_utf8_lossy(&text).into_owned(),
        }
    }

    /// Fails with what `promtool` said, if it is not content.
    #[track_caller]
    pub(crate) fn passes(&self, arguments: &[&str]) {
        let said = self.promtool(arguments);
        assert!(said.content, "promtool {arguments:?}\n{}", said.text);
    }
}
