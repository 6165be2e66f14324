//! Documents as values, formatted as YAML or JSON.

mod json;
mod limits;
mod rules;
mod value;
mod yaml;

pub use self::rules::Namespace;
pub(super) use self::value::Value;
use crate::promql::quoted_with;

impl Value {
    /// Block style, indented by two blanks, ending in a line break.
    pub(super) fn to_yaml(&self) -> String {
        yaml::print(self)
    }

    /// Formats with an indentation of two blanks, and a line break at the end.
    pub(super) fn to_json(&self) -> String {
        json::print(self)
    }
}

/// Formats a JSON string, which is also a YAML string in double quotes.
fn quoted(text: &str) -> String {
    quoted_with(text, needs_escape)
}

/// Returns `true` if documents contain `c` only as an escape: a control character, or one that YAML
/// reads as a line break or as a byte order mark.
fn needs_escape(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}
