//! Arguments that several tools share, and how arguments are read.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::source::Error;

/// Default window, in seconds.
const WINDOW: f64 = 300.0;
/// Shortest and longest window, in seconds.
const WINDOWS: (f64, f64) = (10.0, 7.0 * 86_400.0);

/// Reads the arguments of a call. None at all count as an empty object.
pub(super) fn read<T: DeserializeOwned>(arguments: &Value) -> Result<T, Error> {
    let arguments = match arguments {
        Value::Null => json!({}),
        other => other.clone(),
    };
    serde_json::from_value(arguments).map_err(|error| {
        let mut error = crate::text::quoted(&error.to_string(), 300);
        // The words of JSON, and not those of Rust.
        for (rust, json) in [
            ("expected u64", "expected a whole number"),
            ("expected f64", "expected a number"),
            ("expected a sequence", "expected a list"),
        ] {
            error = error.replace(rust, json);
        }
        Error::question(format!("invalid arguments: {error}"))
    })
}

/// Returns the window in seconds. Default: five minutes.
pub(super) fn window(seconds: Option<f64>) -> Result<f64, Error> {
    let seconds = seconds.unwrap_or(WINDOW);
    validate_window(seconds).map(|()| seconds)
}

/// Returns an error if a window is too short, too long, or not a number.
pub(super) fn validate_window(seconds: f64) -> Result<(), Error> {
    let (shortest, longest) = WINDOWS;
    if seconds.is_finite() && (shortest..=longest).contains(&seconds) {
        return Ok(());
    }
    let seconds = crate::text::rounded(seconds);
    Err(Error::question(format!(
        "the window is {seconds:?} seconds long; choose {shortest} to {longest} seconds"
    )))
}

/// Returns the schema of an object of arguments.
pub(super) fn schema(properties: &Value, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

pub(super) fn window_schema() -> Value {
    json!({"type": "number", "description": "default 300"})
}

pub(super) fn budget_schema() -> Value {
    json!({"type": "integer", "description": "tokens of the answer, default 2000"})
}
