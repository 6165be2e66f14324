//! Documents as values, formatted as YAML or JSON.

mod json;
mod limits;
mod rules;
mod yaml;

pub use self::rules::Namespace;

/// YAML or JSON value. Maps keep the order in which their keys were inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Whole(u64),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Value)>) -> Self {
        Self::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        )
    }

    /// Formats in block style, indented by two blanks, with a line break at the end.
    pub(super) fn to_yaml(&self) -> String {
        yaml::print(self)
    }

    /// Formats with an indentation of two blanks, and a line break at the end.
    pub(super) fn to_json(&self) -> String {
        json::print(self)
    }
}
