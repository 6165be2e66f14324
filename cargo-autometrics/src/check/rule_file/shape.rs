//! Detection of the format of an existing rule file.

use super::document::Document;
use crate::rules::{Format, NAME, Shape};

/// Returns the options that write a file of the same format.
pub(super) fn shape(text: &str, documents: &[Document]) -> Shape {
    let mut shape = Shape {
        format: Format::Yaml,
        name: NAME.to_owned(),
        namespace: None,
        label: Vec::new(),
    };
    let value = |document: &Document, key: &str| {
        let field = document.fields.get(key);
        field.map(|field| field.text.clone())
    };
    // Further objects have the name of the first one with a number, so the shortest name is the
    // base.
    let objects = documents
        .iter()
        .filter(|document| !document.name.is_empty());
    if let Some(object) = objects.min_by_key(|document| document.name.len()) {
        shape.format = Format::Kubernetes;
        shape.name.clone_from(&object.name);
        shape.namespace = value(object, "metadata.namespace");
        shape.label = object
            .fields
            .iter()
            .filter_map(|(key, field)| {
                let name = key.strip_prefix("metadata.labels.")?;
                Some((name.to_owned(), field.text.clone()))
            })
            .collect();
    } else if let Some(name) = documents.iter().find_map(|one| value(one, "namespace")) {
        shape.format = Format::Mimir;
        shape.name = name;
    } else if text.trim_start().starts_with('{') {
        shape.format = Format::Json;
    }
    shape
}
