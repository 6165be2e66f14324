//! Folder with rules and tests, in which `promtool` runs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use slo_spec::rules::{Options, Slo, generate, generate_tests};
use tempfile::TempDir;

pub(crate) struct Folder(TempDir);

/// Output of `promtool`; `content` is `true` if it succeeded.
pub(crate) struct Said {
    pub(crate) content: bool,
    pub(crate) text: String,
}

/// Arguments with which every complaint of `promtool check rules` is an error.
pub(crate) const STRICT: [&str; 4] = ["check", "rules", "--lint=all", "--lint-fatal"];

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("there is room for a folder"))
    }

    /// Creates a folder with `rules.yml`, and its tests in `tests.yml`.
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

    pub(crate) fn get(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).expect("the file is there")
    }

    /// Runs one of the [`promtools`].
    pub(crate) fn run(&self, promtool: &Path, arguments: &[&str]) -> Said {
        let output = Command::new(promtool)
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .unwrap_or_else(|error| panic!("{} cannot be started: {error}", promtool.display()));
        let text = [output.stdout, output.stderr].concat();
        Said {
            content: output.status.success(),
            text: String::from_utf8_lossy(&text).into_owned(),
        }
    }

    /// Writes rules and a test of them, and runs the test.
    pub(crate) fn test(&self, promtool: &Path, rules: &str, test: &str) -> Said {
        self.put("rules.yml", rules);
        self.put("tests.yml", test);
        self.run(promtool, &["test", "rules", "tests.yml"])
    }

    /// Panics with the output of a `promtool` that fails.
    #[track_caller]
    pub(crate) fn passes(&self, arguments: &[&str]) {
        for promtool in promtools() {
            let said = self.run(&promtool, arguments);
            let name = promtool.display();
            assert!(said.content, "{name} {arguments:?}\n{}", said.text);
        }
    }
}

/// Returns the path of `promtool` of Prometheus 2, which is on PATH, and that of Prometheus 3.
pub(crate) fn promtools() -> [PathBuf; 2] {
    test_harness::promtools().map(|promtool| promtool.path)
}
