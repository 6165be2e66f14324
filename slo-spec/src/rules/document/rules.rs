//! Rule files in the formats that rulers read.

use super::Value;
use crate::rules::{Alert, Group, Recording, Rule, RuleFile};

/// Name, namespace and labels of the rules in Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace {
    /// Name of the first object; the others add `-2`, `-3`, and so on.
    pub name: String,
    /// Namespace of the objects; by default, that of the client that applies them.
    pub namespace: Option<String>,
    /// Labels by which a Prometheus finds the objects.
    pub labels: Vec<(String, String)>,
}

impl RuleFile {
    /// Formats a Prometheus rule file in YAML.
    pub fn to_yaml(&self) -> String {
        self.value().to_yaml()
    }

    /// Formats the rules as JSON, which Prometheus reads as well.
    pub fn to_json(&self) -> String {
        self.value().to_json()
    }

    /// Formats `PrometheusRule` objects of the Prometheus operator, API `monitoring.coreos.com/v1`.
    ///
    /// The rules are split into several objects, one document each, if `kubectl apply` or the
    /// operator would not accept a single one. If there are fewer objects than before, the last
    /// ones stay in the cluster until someone deletes them. Name, namespace and labels are not
    /// validated.
    pub fn to_kubernetes(&self, place: &Namespace) -> String {
        let files = self.split_for_kubernetes().into_iter();
        let objects = (1..).zip(files).map(|(i, file)| {
            let name = match i {
                1 => place.name.clone(),
                _ => format!("{}-{i}", place.name),
            };
            file.object(&name, place)
        });
        objects.collect::<Vec<_>>().join("---\n")
    }

    fn object(&self, name: &str, place: &Namespace) -> String {
        let mut metadata = vec![("name".to_owned(), Value::text(name))];
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

    /// Formats a namespace of Mimir or Cortex, as `mimirtool rules` and `cortextool rules` load it,
    /// with the groups of [`split_for_mimir`](Self::split_for_mimir).
    pub fn to_mimir(&self, namespace: &str) -> String {
        let Value::Map(mut entries) = self.split_for_mimir().value() else {
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

pub(super) fn group(group: &Group) -> Value {
    let mut entries = vec![("name".to_owned(), Value::text(&group.name))];
    if let Some(interval) = group.interval {
        entries.push(("interval".to_owned(), Value::text(interval.to_string())));
    }
    let rules = group.rules.iter().map(rule);
    entries.push(("rules".to_owned(), Value::List(rules.collect())));
    Value::Map(entries)
}

pub(super) fn rule(rule: &Rule) -> Value {
    match rule {
        Rule::Recording(rule) => recording(rule),
        Rule::Alert(rule) => alert(rule),
    }
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
