//! The result of functions whose errors end the program.

use std::error::Error;

/// Errors that end the program are only printed, so their type does not matter.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;
