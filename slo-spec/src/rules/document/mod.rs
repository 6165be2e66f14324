//! Files as values, written as YAML or as JSON.

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

    /// Indented by two blanks, ending in a line break.
    pub(super) fn to_json(&self) -> String {
        json::print(self)
    }
}
