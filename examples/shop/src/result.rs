//! The result of functions whose errors end the program.

use std::error::Error;

/// Errors that end the program are only printed, so their type does not matter.
pub(crate) type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;
