//! YAML values with line and column, for error messages.

use std::path::Path;

use saphyr::{LoadableYamlNode as _, MarkedYaml, Scalar, YamlData};

use crate::{Error, error::Kind, yaml};

/// Value in a file, with its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a> {
    file: &'a Path,
    yaml: &'a MarkedYaml<'a>,
}

/// Reads all documents of `text` and calls `what` with each.
pub(super) fn each<T>(
    file: &Path,
    text: &str,
    mut what: impl FnMut(Node<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    yaml::check(text).map_err(|refusal| {
        Error::from(Kind::OpenSlo {
            path: file.to_owned(),
            line: refusal.line,
            column: refusal.column,
            said: format!("this is not YAML: {}", refusal.reason),
        })
    })?;
    let documents = MarkedYaml::load_from_str(text).map_err(|error| {
        Error::from(Kind::OpenSlo {
            path: file.to_owned(),
            line: error.marker().line(),
            column: error.marker().col() + 1,
            said: format!("this is not YAML: {}", error.info()),
        })
    })?;
    let documents = documents.iter().map(|yaml| what(Node { file, yaml }));
    documents.collect()
}

impl<'a> Node<'a> {
    /// Returns the value under `key`, if there is one.
    pub(super) fn get(self, key: &str) -> Option<Self> {
        let YamlData::Mapping(entries) = &self.yaml.data else {
            return None;
        };
        let (_, yaml) = entries.iter().find(
            |(name, _)| matches!(&name.data, YamlData::Value(Scalar::String(name)) if name == key),
        )?;
        Some(Self {
            file: self.file,
            yaml,
        })
    }

    /// Returns the value under `key`, or an error if it is missing.
    pub(super) fn require(self, key: &str) -> Result<Self, Error> {
        self.get(key)
            .ok_or_else(|| self.error(format!("`{key}` is missing")))
    }

    /// Returns the text under `key`, or an error if it is missing or not text.
    pub(super) fn text(self, key: &str) -> Result<&'a str, Error> {
        let value = self.require(key)?;
        value
            .as_str()
            .ok_or_else(|| value.error(format!("`{key}` must be text")))
    }

    pub(super) fn as_str(self) -> Option<&'a str> {
        match &self.yaml.data {
            YamlData::Value(Scalar::String(text)) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_bool(self) -> Option<bool> {
        match &self.yaml.data {
            YamlData::Value(Scalar::Boolean(value)) => Some(*value),
            _ => None,
        }
    }

    /// Returns a number with all its digits; `None` for other values.
    pub(super) fn as_number(self) -> Option<String> {
        match &self.yaml.data {
            YamlData::Value(Scalar::Integer(value)) => Some(value.to_string()),
            YamlData::Value(Scalar::FloatingPoint(value)) => Some(value.to_string()),
            _ => None,
        }
    }

    /// Returns the elements of a list; none for other values.
    pub(super) fn items(self) -> impl Iterator<Item = Self> {
        let items = match &self.yaml.data {
            YamlData::Sequence(items) => items.as_slice(),
            _ => &[],
        };
        items.iter().map(move |yaml| Self {
            file: self.file,
            yaml,
        })
    }

    /// Returns an error with the line and column of this value.
    pub(super) fn error(self, said: impl Into<String>) -> Error {
        let start = self.yaml.span.start;
        Kind::OpenSlo {
            path: self.file.to_owned(),
            line: start.line(),
            column: start.col() + 1,
            said: said.into(),
        }
        .into()
    }
}
