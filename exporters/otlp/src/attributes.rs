//! Attributes of data points, in the names of a dialect.

use std::collections::{HashMap, HashSet};

use autometrics_core::{Families, Label, Sample, Snapshot};
use autometrics_schema::{
    code,
    label::{self, attribute_key},
};
use bytes::Bytes;
use prost::Message as _;

use crate::{
    choices::Dialect,
    options::Options,
    proto::{AnyValue, KeyValue},
};

/// Encoded attributes of each group of labels.
pub(crate) struct Attributes {
    groups: Vec<GroupAttributes>,
    /// Attribute of failed calls without an error kind.
    other_error: Bytes,
}

#[derive(Default)]
struct GroupAttributes {
    /// Attributes of the dialect.
    named: Vec<Bytes>,
    /// Attributes that the metrics of the convention do not have.
    others: Vec<Bytes>,
    /// `true` if samples of the group are failed calls, and the dialect has no attribute for that.
    is_failed: bool,
    /// `true` if the group has an error kind.
    has_kind: bool,
}

impl Attributes {
    pub(crate) fn of(snapshot: &Snapshot, families: &Families<'_>, options: &Options) -> Self {
        let groups = families.groups();
        let groups = match options.dialect {
            Dialect::Autometrics => groups.map(GroupAttributes::as_labels).collect(),
            Dialect::Code => {
                let mut names = CodeNames::new(snapshot, options.code_file_paths);
                groups.map(|labels| names.group(labels)).collect()
            }
        };
        Self {
            groups,
            other_error: pair(code::ERROR_TYPE, code::OTHER_ERROR),
        }
    }

    /// Returns the attributes of `sample`; with `only_named` only those of the convention.
    pub(crate) fn of_sample(&self, sample: &Sample<'_>, only_named: bool) -> Vec<Bytes> {
        let groups = self.of_groups(sample);
        let mut attributes =
            Vec::with_capacity(groups.clone().map(|group| group.named.len()).sum());
        for group in groups.clone() {
            attributes.extend(group.named.iter().cloned());
            if !only_named {
                attributes.extend(group.others.iter().cloned());
            }
        }
        if self.is_failed(sample) && !groups.clone().any(|group| group.has_kind) {
            attributes.push(self.other_error.clone());
        }
        attributes
    }

    /// Returns `true` for a sample of failed calls, in the dialect of the convention.
    pub(crate) fn is_failed(&self, sample: &Sample<'_>) -> bool {
        self.of_groups(sample).any(|group| group.is_failed)
    }

    fn of_groups<'a>(
        &'a self,
        sample: &'a Sample<'_>,
    ) -> impl Iterator<Item = &'a GroupAttributes> + Clone {
        let groups = sample.groups.iter();
        groups.map(|group| &self.groups[group.index()])
    }
}

impl GroupAttributes {
    /// Encodes labels as attributes with dots, which Prometheus converts back to the labels.
    ///
    /// `service.name` has a dot too. A Collector may copy the resource's attributes to the series,
    /// and then both are the same attribute. `service_name` beside `service.name` would arrive as
    /// `service_name="shop;shop"`.
    fn as_labels(labels: &[Label]) -> Self {
        let named = labels
            .iter()
            .map(|(label, value)| pair(&attribute_key(label), value));
        Self {
            named: named.collect(),
            ..Self::default()
        }
    }
}

/// Names of functions, callers, error kinds and flows as the convention writes them.
struct CodeNames<'a> {
    /// Source files by module and name of the function; empty if they are not exported.
    files: HashMap<(&'a str, &'a str), &'a str>,
    /// Attributes that exist already, with the service of a remote caller.
    known: HashSet<(Bytes, String)>,
}

impl<'a> CodeNames<'a> {
    fn new(snapshot: &'a Snapshot, with_files: bool) -> Self {
        let functions = snapshot.functions.iter().filter(|_| with_files);
        let files = functions.map(|it| ((&*it.module, &*it.name), &*it.file));
        let other_error = pair(code::ERROR_TYPE, code::OTHER_ERROR);
        Self {
            files: files.collect(),
            known: HashSet::from([(other_error, String::new())]),
        }
    }

    fn group(&mut self, labels: &[Label]) -> GroupAttributes {
        let value = |name: &str| {
            let label = labels.iter().find(|(label, _)| *label == name);
            label.map_or("", |(_, value)| &**value)
        };
        let service = value(label::CALLER_SERVICE);
        let mut group = GroupAttributes {
            is_failed: value(label::RESULT) == "error",
            has_kind: !value(label::ERROR).is_empty(),
            ..GroupAttributes::default()
        };
        for attribute in &code::ATTRIBUTES {
            let name = value(attribute.label);
            if name.is_empty() {
                continue;
            }
            let encoded = match attribute.module.map(value) {
                Some(module) if !module.is_empty() => {
                    pair(attribute.key, &format!("{module}::{name}"))
                }
                _ => pair(attribute.key, name),
            };
            // `a` and `b::c` are written like `a::b` and `c`. The texts of a remote caller come from
            // outside, and two points with the same attributes would make the request invalid.
            if !self.known.insert((encoded.clone(), service.to_owned())) {
                group
                    .named
                    .push(pair(&attribute_key(attribute.label), name));
            }
            group.named.push(encoded);
        }
        let function = (value(label::MODULE), value(label::FUNCTION));
        let file = self.files.get(&function).filter(|file| !file.is_empty());
        group
            .named
            .extend(file.map(|file| pair(code::FILE_PATH, file)));
        for (label, value) in labels {
            if *label == label::CALLER_SERVICE {
                group.named.push(pair(&attribute_key(label), value));
            } else if !has_counterpart(label) {
                group.others.push(pair(&attribute_key(label), value));
            }
        }
        group
    }
}

/// Returns `true` if the convention has an attribute for `label`, or needs none.
fn has_counterpart(label: &str) -> bool {
    let mut attributes = code::ATTRIBUTES.iter();
    attributes.any(|it| it.label == label || it.module == Some(label))
        || code::OMITTED.contains(&label)
}

/// Encodes a string attribute.
pub(crate) fn pair(key: &str, value: &str) -> Bytes {
    let pair = KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            text: Some(value.to_owned()),
        }),
    };
    pair.encode_to_vec().into()
}
