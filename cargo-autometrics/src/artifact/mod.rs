//! Compiled programs and libraries: which ones are meant, and what is in them.

mod build;
mod file;
mod object_file;
mod selection;

use std::path::PathBuf;

use crate::Error;

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
}
