//! Tools for agents: questions with arguments in JSON, and answers in JSON.
//!
//! Every tool only reads. Answers have numbers with their unit in the name, the window, and the
//! number of calls that they are based on. They fit into the budget of the question: what is left
//! out is counted under `omitted`. Texts from the program, such as those of errors, are data of any
//! content. They are cut, and only occur as JSON strings.
//!
//! The list of all tools costs each conversation as many tokens as it has, so it is short: a test
//! limits it to 6,000 bytes, about 1,500 tokens.

mod arguments;
mod blast_radius;
mod budget;
mod context;
mod evidence;
mod head;
mod objectives;
mod row;
mod search;
mod suspects;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::source::{Error, Source};

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

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Returns all tools.
pub fn list() -> Vec<Tool> {
    vec![
        context::tool(),
        suspects::tool(),
        blast_radius::tool(),
        search::tool(),
        evidence::tool(),
        objectives::tool(),
    ]
}

/// Answers a call of the tool `name`.
///
/// # Errors
///
/// Returns an error if there is no such tool, if the arguments do not match its schema or name
/// something unknown, or if the source cannot answer.
pub fn call(source: &dyn Source, name: &str, arguments: &Value) -> Result<Value, CallError> {
    let answer = match name {
        "context" => context::call,
        "suspects" => suspects::call,
        "blast_radius" => blast_radius::call,
        "search" => search::call,
        "evidence" => evidence::call,
        "objectives" => objectives::call,
        _ => return Err(CallError::UnknownTool),
    };
    Ok(answer(source, arguments)?)
}
