//! Documents as values, formatted as YAML or JSON.

mod json;
mod limits;
mod rules;
mod value;
mod yaml;

pub use self::rules::Namespace;
pub(super) use self::value::Value;

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
