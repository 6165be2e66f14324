//! Files as values, written as YAML or as JSON.

mod json;
mod limits;
mod rules;
mod yaml;

pub use self::rules::Namespace;

/// A value of YAML and JSON. Keys stay in the order in which they were put.
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

    /// Block style, indented by two blanks, ending in a line break.
    pub(super) fn to_yaml(&self) -> String {
        yaml::print(self)
    }

    /// Indented by two blanks, ending in a line break.
    pub(super) fn to_json(&self) -> String {
        json::print(self)
    }
}
