//! In which shape rules are written, and in which a file is.

use clap::{Args, ValueEnum};
use saphyr::{LoadableYamlNode as _, Yaml};
use slo_spec::rules::{Namespace, RuleFile};

/// For whom rules are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum Format {
    /// A rule file of Prometheus.
    #[default]
    Yaml,
    /// The same as JSON.
    Json,
    /// A `PrometheusRule` of the Prometheus operator.
    Kubernetes,
    /// A namespace file for Mimir or Cortex.
    Mimir,
}

/// For whom rules are written, and what is to be said to them.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub struct Shape {
    /// How to write the rules: `yaml` or `json` for Prometheus, `kubernetes` for its operator,
    /// `mimir` for Mimir and Cortex
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: Format,

    /// The name of the Kubernetes object, or of the namespace in Mimir and Cortex
    #[arg(long, value_name = "NAME", default_value = NAME)]
    pub name: String,

    /// The namespace of the Kubernetes object
    #[arg(long, value_name = "NAME")]
    pub namespace: Option<String>,

    /// A label of the Kubernetes object, by which Prometheus finds it; can be given more than once
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub label: Vec<(String, String)>,
}

const NAME: &str = "slo-rules";

impl Shape {
    /// The shape of a file that was written before.
    pub(crate) fn of(text: &str) -> Self {
        let mut shape = Self {
            format: Format::Yaml,
            name: NAME.to_owned(),
            namespace: None,
            label: Vec::new(),
        };
        if text.trim_start().starts_with('{') {
            shape.format = Format::Json;
            return shape;
        }
        // What is no YAML differs from everything that could be written.
        let documents = Yaml::load_from_str(text).unwrap_or_default();
        let Some(document) = documents.first() else {
            return shape;
        };
        let text = |value: &Yaml<'_>| value.as_str().map(str::to_owned);
        if let Some(metadata) = document.as_mapping_get("metadata") {
            shape.format = Format::Kubernetes;
            shape.name = metadata
                .as_mapping_get("name")
                .and_then(text)
                .unwrap_or_default();
            shape.namespace = metadata.as_mapping_get("namespace").and_then(text);
            let labels = metadata.as_mapping_get("labels").and_then(Yaml::as_mapping);
            shape.label = labels
                .into_iter()
                .flatten()
                .filter_map(|(name, value)| Some((text(name)?, text(value)?)))
                .collect();
        } else if let Some(name) = document.as_mapping_get("namespace").and_then(text) {
            shape.format = Format::Mimir;
            shape.name = name;
        }
        shape
    }

    pub(super) fn write(&self, file: &RuleFile) -> String {
        match self.format {
            Format::Yaml => file.to_yaml(),
            Format::Json => file.to_json(),
            Format::Mimir => file.to_mimir(&self.name),
            Format::Kubernetes => file.to_kubernetes(&Namespace {
                name: self.name.clone(),
                namespace: self.namespace.clone(),
                labels: self.label.clone(),
            }),
        }
    }
}

/// `NAME=VALUE`
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE, such as `release=prometheus`".to_owned()),
    }
}
