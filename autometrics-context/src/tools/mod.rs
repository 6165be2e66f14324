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
mod compare;
mod context;
mod event;
mod evidence;
mod head;
mod objectives;
mod row;
mod search;
mod suspects;
#[cfg(test)]
mod tests;
mod tool;
mod walks;

use serde_json::Value;

pub use self::{
    compare::comparison,
    evidence::promql,
    suspects::of_objective as suspects,
    tool::{CallError, Tool},
};
use crate::source::Source;

/// Returns all tools.
pub fn list() -> Vec<Tool> {
    vec![
        context::tool(),
        suspects::tool(),
        compare::tool(),
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
        "compare" => compare::call,
        "blast_radius" => blast_radius::call,
        "search" => search::call,
        "evidence" => evidence::call,
        "objectives" => objectives::call,
        _ => return Err(CallError::UnknownTool),
    };
    Ok(answer(source, arguments)?)
}
