//! A value that can be written as YAML or as JSON.

/// YAML or JSON value. Maps keep the order in which their keys were inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Value {
    Text(String),
    Whole(u64),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

impl Value {
    pub(in crate::rules) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(in crate::rules) fn map<K: Into<String>>(
        entries: impl IntoIterator<Item = (K, Value)>,
    ) -> Self {
        Self::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        )
    }
}
