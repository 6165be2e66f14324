//! Rule files in the shapes that rulers read.

use super::Value;
use crate::rules::{Alert, Group, Recording, Rule, RuleFile};

/// A name and a place for rules in Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace {
    /// The name of the object.
    pub name: String,
    /// The namespace that it goes to, if not that of whoever applies it.
    pub namespace: Option<String>,
    /// Labels by which a Prometheus finds it.
    pub labels: Vec<(String, String)>,
}

impl RuleFile {
    /// A rule file of Prometheus.
    pub fn to_yaml(&self) -> String {
        self.value().to_yaml()
    }

    /// The same as JSON, which Prometheus reads as well.
    pub fn to_json(&self) -> String {
        self.value().to_json()
    }

    /// A `PrometheusRule` of the Prometheus operator, API `monitoring.coreos.com/v1`.
    pub fn to_kubernetes(&self, place: &Namespace) -> String {
        let mut metadata = vec![("name".to_owned(), Value::text(&place.name))];
        if let Some(namespace) = &place.namespace {
            metadata.push(("namespace".to_owned(), Value::text(namespace)));
        }
        if !place.labels.is_empty() {
            metadata.push(("labels".to_owned(), texts(&place.labels)));
        }
        Value::map([
            ("apiVersion", Value::text("monitoring.coreos.com/v1")),
            ("kind", Value::text("PrometheusRule")),
            ("metadata", Value::Map(metadata)),
            ("spec", self.value()),
        ])
        .to_yaml()
    }

    /// A namespace of Mimir or Cortex, as `mimirtool rules` and `cortextool rules` load it.
    pub fn to_mimir(&self, namespace: &str) -> String {
        let Value::Map(mut entries) = self.value() else {
            return String::new();
        };
        entries.insert(0, ("namespace".to_owned(), Value::text(namespace)));
        Value::Map(entries).to_yaml()
    }

    fn value(&self) -> Value {
        let groups = self.groups.iter().map(group).collect();
        Value::map([("groups", Value::List(groups))])
    }
}

fn group(group: &Group) -> Value {
    let mut entries = vec![("name".to_owned(), Value::text(&group.name))];
    if let Some(interval) = group.interval {
        entries.push(("interval".to_owned(), Value::text(interval.to_string())));
    }
    let rules = group.rules.iter().map(|rule| match rule {
        Rule::Recording(rule) => recording(rule),
        Rule::Alert(rule) => alert(rule),
    });
    entries.push(("rules".to_owned(), Value::List(rules.collect())));
    Value::Map(entries)
}

fn recording(rule: &Recording) -> Value {
    Value::map([
        ("record", Value::text(&rule.record)),
        ("expr", Value::text(rule.expr.to_string())),
        ("labels", texts(&rule.labels)),
    ])
}

fn alert(rule: &Alert) -> Value {
    let mut entries = vec![
        ("alert".to_owned(), Value::text(&rule.alert)),
        ("expr".to_owned(), Value::text(rule.expr.to_string())),
    ];
    if let Some(hold) = rule.hold {
        entries.push(("for".to_owned(), Value::text(hold.to_string())));
    }
    if let Some(keep) = rule.keep {
        entries.push(("keep_firing_for".to_owned(), Value::text(keep.to_string())));
    }
    entries.push(("labels".to_owned(), texts(&rule.labels)));
    entries.push((
        "annotations".to_owned(),
        Value::map(
            rule.annotations
                .iter()
                .map(|(key, text)| (*key, Value::text(text))),
        ),
    ));
    Value::Map(entries)
}

fn texts(labels: &[(String, String)]) -> Value {
    Value::map(
        labels
            .iter()
            .map(|(key, value)| (key.as_str(), Value::text(value))),
    )
}
