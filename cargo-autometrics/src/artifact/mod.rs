//! Compiled programs and libraries: which ones are meant, and what is in them.

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
    /// The files that are meant: those that were named, else what cargo builds.
    ///
    /// # Errors
    ///
    /// When cargo cannot be started, fails, or builds nothing that could be read.
    pub fn artifacts(&self) -> Result<Vec<PathBuf>, Error> {
        if self.artifact.is_empty() {
            build::build(self)
        } else {
            Ok(self.artifact.clone())
        }
    }

    /// Writes the options as they are typed; nothing for the package in the current directory.
    pub(crate) fn typed(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        for path in &self.artifact {
            words.push("--artifact".to_owned());
            words.push(shell::word(&path.display().to_string()));
        }
        // How the build is shown changes nothing.
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
