//! Description of a tool, and the error of a call.

use std::fmt;

use serde_json::Value;

use crate::source::Error;

/// Tool, as clients see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// Name: letters and underscores.
    pub name: &'static str,
    /// Description for the model that chooses a tool.
    pub description: &'static str,
    /// JSON Schema of the arguments, an object.
    pub input_schema: Value,
    /// JSON Schema of the answer, an object.
    pub output_schema: Value,
}

/// Reason for which a call of a tool has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// There is no tool of this name.
    UnknownTool,
    /// The arguments are invalid, or the source cannot answer. The text names the problem and the
    /// remedy, for the model.
    Failed(String),
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownTool => f.write_str("there is no such tool"),
            Self::Failed(text) => f.write_str(text),
        }
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self::Failed(error.to_string())
    }
}
