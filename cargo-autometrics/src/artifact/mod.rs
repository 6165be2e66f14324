//! Compiled programs and libraries: selection, build, and the sections with records.

mod build;
mod file;
mod object_file;
mod selection;

use std::path::PathBuf;

use crate::{Error, shell};

pub use file::read;
pub use object_file::{Content, Section, content};
pub use selection::{Compilation, Selection, Targets};

impl Selection {
    /// Returns the files to read: those given with `--artifact`, else those that cargo builds.
    ///
    /// # Errors
    ///
    /// Returns an error if cargo cannot be started, fails, or builds nothing that can be read.
    pub fn artifacts(&self) -> Result<Vec<PathBuf>, Error> {
        if self.artifact.is_empty() {
            build::build(self)
        } else {
            Ok(self.artifact.clone())
        }
    }

    /// Returns the options as they are typed; empty for the package in the current directory.
    pub(crate) fn typed(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        for path in &self.artifact {
            words.push("--artifact".to_owned());
            words.push(shell::word(&path.display().to_string()));
        }
        // `--quiet` does not change what is built.
        let build = build::arguments(self).into_iter();
        words.extend(
            build
                .map(|word| word.to_string_lossy().into_owned())
                .filter(|word| word != "--quiet")
                .map(|word| shell::word(&word)),
        );
        words.join(" ")
    }
}
