//! Compiles a copy, and collects the compiler's messages.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{
    arguments::Options,
    cargo,
    crates::Crate,
    messages::{Level, Message},
};

/// Result of compiling a copy.
pub(crate) struct Compiled {
    pub(crate) messages: Vec<Message>,
    pub(crate) programs: Vec<Program>,
    /// Cargo's error, if it failed without an error in the crate.
    pub(crate) failure: Option<String>,
}

/// A test program.
pub(crate) struct Program {
    /// Name, as [`program`] returns it.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

impl Compiled {
    pub(crate) fn errors(&self) -> impl Iterator<Item = &Message> {
        let is_error = |message: &&Message| message.level == Level::Error;
        self.messages.iter().filter(is_error)
    }
}

/// Compiles library, programs and tests of the package in `folder`.
pub(crate) fn compile(of: &Crate, folder: &Path, options: Options) -> Result<Compiled, String> {
    let mut cargo = cargo::cargo(folder);
    cargo
        .arg(match options {
            Options { clippy: true, .. } => "clippy",
            Options { tests: true, .. } => "build",
            _ => "check",
        })
        .args([
            "--lib",
            "--bins",
            "--tests",
            "--keep-going",
            "--message-format=json",
        ])
        .args(
            of.features
                .iter()
                .flat_map(|feature| ["--features", feature]),
        );
    if options.clippy {
        cargo.args(["--", "--cap-lints", "warn"]);
        cargo.args(["-W", "clippy::pedantic", "-W", "clippy::nursery"]);
        // An instrumented function cannot be `const`.
        cargo.args(["-A", "clippy::missing_const_for_fn"]);
    }
    let (values, error) = cargo::messages(&mut cargo)?;
    let manifest = folder.join("Cargo.toml");
    let ours = |value: &&Value| value["manifest_path"].as_str().map(Path::new) == Some(&manifest);
    let ours: Vec<_> = values.iter().filter(ours).collect();
    let messages: Vec<_> = ours
        .iter()
        .filter_map(|value| Message::read(value))
        .collect();
    let programs = ours
        .iter()
        .filter_map(|value| Program::read(value))
        .collect();
    let failed = messages.iter().any(|message| message.level == Level::Error);
    Ok(Compiled {
        messages,
        programs,
        failure: error.filter(|_| !failed),
    })
}

impl Program {
    fn read(value: &Value) -> Option<Self> {
        if value["reason"] != "compiler-artifact" || value["profile"]["test"] != true {
            return None;
        }
        let name = program(&value["target"])?;
        Some(Self {
            name,
            path: value["executable"].as_str()?.into(),
        })
    }
}

/// Returns the name of a test program: `lib`, `bin NAME`, or the name of a file in `tests`.
pub(crate) fn program(target: &Value) -> Option<String> {
    let kinds = target["kind"].as_array()?;
    let is = |kind| kinds.iter().any(|one| one == kind);
    let name = target["name"].as_str()?;
    Some(if is("test") {
        name.to_owned()
    } else if is("bin") {
        format!("bin {name}")
    } else {
        "lib".to_owned()
    })
}
