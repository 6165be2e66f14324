//! Detection of the format of an existing rule file.

use super::document::Document;
use crate::rules::{Format, FormatOptions, NAME};

/// Returns the options that write a file of the same format.
pub(super) fn detect_format(text: &str, documents: &[Document]) -> FormatOptions {
    let mut format_options = FormatOptions {
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
        format_options.format = Format::Kubernetes;
        format_options.name.clone_from(&object.name);
        format_options.namespace = value(object, "metadata.namespace");
        format_options.label = object
            .fields
            .iter()
            .filter_map(|(key, field)| {
                let name = key.strip_prefix("metadata.labels.")?;
                Some((name.to_owned(), field.text.clone()))
            })
            .collect();
    } else if let Some(name) = documents.iter().find_map(|one| value(one, "namespace")) {
        format_options.format = Format::Mimir;
        format_options.name = name;
    } else if text.trim_start().starts_with('{') {
        format_options.format = Format::Json;
    }
    format_options
}
