//! Formats of the rules, with the names that they need.

use clap::{Args, ValueEnum};
use slo_spec::rules::{Namespace, RuleFile};

use super::names;
use crate::{Error, error::Kind, shell};

/// Format of the rules, by the program that reads them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum Format {
    /// A rule file of Prometheus.
    #[default]
    Yaml,
    /// The same as JSON.
    Json,
    /// `PrometheusRule` objects of the Prometheus operator.
    Kubernetes,
    /// A namespace file for Mimir or Cortex.
    Mimir,
}

/// Format of the rules, with the names and labels that it needs.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub struct FormatOptions {
    /// Format of the rules: `yaml` or `json` for Prometheus, `kubernetes` for its operator,
    /// `mimir` for Mimir and Cortex
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: Format,

    /// Name of the Kubernetes object, or of the namespace in Mimir and Cortex; if one object
    /// would be too large, the next ones are NAME-2, NAME-3, …
    #[arg(long, value_name = "NAME", default_value = NAME)]
    pub name: String,

    /// Namespace of the Kubernetes objects
    #[arg(long, value_name = "NAME", value_parser = names::namespace)]
    pub namespace: Option<String>,

    /// Label of the Kubernetes objects, by which Prometheus finds them; can be given more than once
    #[arg(long, value_name = "NAME=VALUE", value_parser = names::label)]
    pub label: Vec<(String, String)>,
}

/// Default name of the Kubernetes object or of the namespace in Mimir.
pub(crate) const NAME: &str = "slo-rules";

/// Default limit of rule groups per tenant in Mimir.
const MIMIR_GROUPS: usize = 70;

impl FormatOptions {
    /// Returns an error for an option that the receiver of the rules would refuse, or that has no
    /// effect.
    pub(super) fn validate(&self) -> Result<(), Error> {
        let refuse = |option: String, said: String| Err(Kind::FormatOption { option, said }.into());
        let name = || format!("--name {}", shell::word(&self.name));
        match self.format {
            Format::Kubernetes => {
                if let Err(said) = names::object(&self.name) {
                    return refuse(name(), said);
                }
            }
            Format::Mimir => {
                if let Err(said) = names::mimir(&self.name) {
                    return refuse(name(), said);
                }
            }
            Format::Yaml | Format::Json => {}
        }
        if self.format != Format::Kubernetes {
            let namespace = self.namespace.as_ref().map(|_| "--namespace");
            let label = self.label.first().map(|_| "--label");
            if let Some(option) = namespace.or(label) {
                let said = "only objects of Kubernetes have one: add `--format kubernetes`, or leave it out";
                return refuse(option.to_owned(), said.to_owned());
            }
        }
        for (i, (name, value)) in self.label.iter().enumerate() {
            if let Some((_, first)) = self.label[..i].iter().find(|(other, _)| other == name) {
                let said = format!("there is `{name}={first}` already, but a label has one value");
                return refuse(format!("--label {name}={value}"), said);
            }
        }
        Ok(())
    }

    /// Returns a warning if the receiver may refuse the rules although they are valid.
    pub(super) fn warning(&self, file: &RuleFile) -> Option<String> {
        let groups = file.split_for_mimir().groups.len();
        (self.format == Format::Mimir && groups > MIMIR_GROUPS).then(|| {
            format!(
                "{groups} groups of rules exceed Mimir's default limit per tenant, {MIMIR_GROUPS} in all \
                 namespaces together: raise `ruler_max_rule_groups_per_tenant` for this tenant"
            )
        })
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

    /// Returns the options that differ from their defaults, as they are typed on the command line.
    pub(crate) fn typed(&self) -> String {
        let mut words = Vec::new();
        if let Some(format) = self.format.to_possible_value() {
            if self.format != Format::default() {
                words.push(format!("--format {}", format.get_name()));
            }
        }
        if self.name != NAME {
            words.push(format!("--name {}", shell::word(&self.name)));
        }
        if let Some(namespace) = &self.namespace {
            words.push(format!("--namespace {}", shell::word(namespace)));
        }
        for (name, value) in &self.label {
            words.push(format!(
                "--label {}",
                shell::word(&format!("{name}={value}"))
            ));
        }
        words.join(" ")
    }
}
