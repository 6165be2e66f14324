//! Differences between the rules in a file and the rules that the program generates.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    document::{Document, Fields, Group, Rule},
    meaning,
};
use crate::promql;

/// Difference between the file and the generated rules in one place.
#[derive(Debug)]
pub(super) struct Difference {
    /// Line in the file, from 1.
    pub(super) line: u32,
    /// Group, rule and key, or the part that is missing, extra or misplaced.
    pub(super) subject: String,
    /// Value in the file and expected value, if a value differs.
    pub(super) values: Option<(String, String)>,
}

/// Returns all differences, in the order of the expected rules.
pub(super) fn compare(found: &[Document], expected: &[Document]) -> Vec<Difference> {
    let mut differences = Vec::new();
    let matches = matched(found, expected, |document| document.name.clone());
    for (ours, theirs) in matches.both {
        document(ours, theirs, &mut differences);
    }
    let subject = |document: &Document| match document.name.as_str() {
        "" => "`groups`".to_owned(),
        name => format!("object `{name}`"),
    };
    missing(&matches.missing, subject, &mut differences);
    extra(
        &matches.extra,
        |one| (one.line, subject(one)),
        &mut differences,
    );
    differences
}

fn document(found: &Document, expected: &Document, differences: &mut Vec<Difference>) {
    let subject = format!("object `{}`", expected.name);
    // Other tools may add further metadata to an object, such as annotations.
    let ours = |key: &str| {
        [
            "apiVersion",
            "kind",
            "namespace",
            "metadata.name",
            "metadata.namespace",
        ]
        .contains(&key)
            || key.starts_with("metadata.labels.")
            || !key.starts_with("metadata.")
    };
    let at = (subject.as_str(), found.line);
    fields(&found.fields, &expected.fields, at, ours, differences);
    let matches = matched(&found.groups, &expected.groups, |group| group.name.clone());
    for (ours, theirs) in matches.both {
        group(ours, theirs, differences);
    }
    let within = match expected.name.as_str() {
        "" => String::new(),
        name => format!("object `{name}`, "),
    };
    let subject = |group: &Group| format!("{within}group `{}`", group.name);
    missing(&matches.missing, subject, differences);
    extra(&matches.extra, |one| (one.line, subject(one)), differences);
}

fn group(found: &Group, expected: &Group, differences: &mut Vec<Difference>) {
    let group = format!("group `{}`", expected.name);
    let at = (group.as_str(), found.line);
    fields(&found.fields, &expected.fields, at, |_| true, differences);

    let matches = rules(&found.rules, &expected.rules);
    for (ours, theirs) in &matches.both {
        let subject = format!("{group}, {}", theirs.subject());
        let at = (subject.as_str(), ours.line);
        fields(&ours.fields, &theirs.fields, at, |_| true, differences);
    }
    let subject = |rule: &Rule| format!("{group}, {}", rule.subject());
    missing(&matches.missing, subject, differences);
    extra(&matches.extra, |one| (one.line, subject(one)), differences);
    if let Some((early, late)) = misplaced(&matches.both) {
        differences.push(Difference {
            line: late.line,
            subject: format!(
                "{group}: {} must come before {}, which reads it",
                late.subject(),
                early.subject()
            ),
            values: None,
        });
    }
}

fn fields(
    found: &Fields,
    expected: &Fields,
    (subject, line): (&str, u32),
    ours: impl Fn(&str) -> bool,
    differences: &mut Vec<Difference>,
) {
    let keys: BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
    for key in keys.into_iter().filter(|key| ours(key)) {
        let value = |fields: &Fields| {
            let field = fields.get(key)?;
            (!meaning::is_default(key, &field.text)).then(|| field.text.clone())
        };
        let values = match (value(found), value(expected)) {
            (Some(one), Some(other)) if !meaning::same(key, &one, &other) => {
                meaning::excerpts(key, &one, &other)
            }
            (Some(one), None) => (meaning::shortened(&one).into_owned(), "nothing".to_owned()),
            (None, Some(other)) => (
                "nothing".to_owned(),
                meaning::shortened(&other).into_owned(),
            ),
            _ => continue,
        };
        differences.push(Difference {
            line: found.get(key).map_or(line, |field| field.line),
            subject: format!("{subject}, `{key}`"),
            values: Some(values),
        });
    }
}

fn missing<T>(missing: &[&T], subject: impl Fn(&T) -> String, differences: &mut Vec<Difference>) {
    differences.extend(missing.iter().map(|one| Difference {
        line: 1,
        subject: format!("{} is missing", subject(one)),
        values: None,
    }));
}

fn extra<T>(
    extra: &[&T],
    subject: impl Fn(&T) -> (u32, String),
    differences: &mut Vec<Difference>,
) {
    differences.extend(extra.iter().map(|one| {
        let (line, subject) = subject(one);
        Difference {
            line,
            subject: format!("{subject} is not among the generated rules"),
            values: None,
        }
    }));
}

/// Elements in both files, and elements in one of them only.
struct Matches<'a, T> {
    /// Pairs of the element in the file and the expected one.
    both: Vec<(&'a T, &'a T)>,
    missing: Vec<&'a T>,
    extra: Vec<&'a T>,
}

/// Matches elements by `key`; elements with the same key are matched in their order.
fn matched<'a, T>(
    found: impl IntoIterator<Item = &'a T>,
    expected: impl IntoIterator<Item = &'a T>,
    key: impl Fn(&T) -> String,
) -> Matches<'a, T> {
    let mut by_key: HashMap<String, Vec<(usize, &T)>> = HashMap::new();
    for (i, one) in found.into_iter().enumerate() {
        by_key.entry(key(one)).or_default().push((i, one));
    }
    // Elements are popped from the end.
    for all in by_key.values_mut() {
        all.reverse();
    }
    let mut matches = Matches {
        both: Vec::new(),
        missing: Vec::new(),
        extra: Vec::new(),
    };
    for other in expected {
        match by_key.get_mut(&key(other)).and_then(Vec::pop) {
            Some((_, one)) => matches.both.push((one, other)),
            None => matches.missing.push(other),
        }
    }
    let rest: BTreeMap<usize, &T> = by_key.into_values().flatten().collect();
    matches.extra = rest.into_values().collect();
    matches
}

/// Matches rules of a group by name and labels, and the remaining rules by name only.
fn rules<'a>(found: &'a [Rule], expected: &'a [Rule]) -> Matches<'a, Rule> {
    let mut matches = matched(found, expected, |rule| {
        let labels = rule
            .labels()
            .map(|(key, value)| format!("{key}={value:?},"));
        format!("{}{{{}", rule.name(), labels.collect::<String>())
    });
    let rest = matched(matches.extra, matches.missing, Rule::name);
    matches.both.extend(rest.both);
    Matches {
        both: matches.both,
        ..rest
    }
}

/// Finds two rules in the wrong order: the earlier one in the file reads a series that the later
/// one records, and the expected order is the reverse.
///
/// Rules of a group are evaluated one after the other. Without such a pair, their order has no
/// effect.
fn misplaced<'a>(both: &[(&'a Rule, &'a Rule)]) -> Option<(&'a Rule, &'a Rule)> {
    let mut order: Vec<(u32, u32, &Rule)> = both
        .iter()
        .map(|(one, other)| (one.line, other.line, *one))
        .collect();
    order.sort_unstable_by_key(|(line, ..)| *line);
    let moved = |pair: &[(u32, u32, &Rule)]| pair[0].1 > pair[1].1;
    if !order.windows(2).any(moved) {
        return None;
    }
    order.iter().enumerate().find_map(|(i, (_, place, early))| {
        let read = early.reads();
        let later = order[i + 1..].iter();
        let (.., late) = later
            .filter(|(_, before, _)| before < place)
            .find(|(.., late)| late.record().is_some_and(|name| read.contains(name)))?;
        Some((*early, *late))
    })
}

impl Rule {
    fn text(&self, key: &str) -> Option<&str> {
        self.fields.get(key).map(|field| field.text.as_str())
    }

    fn record(&self) -> Option<&str> {
        self.text("record")
    }

    /// Returns the tokens of the expression, which include the names of metrics.
    fn reads(&self) -> BTreeSet<String> {
        let tokens = promql::tokens(self.text("expr").unwrap_or_default());
        tokens
            .into_iter()
            .map(|token| token.text.into_owned())
            .collect()
    }

    /// Returns ``alert `NAME` `` or ``record `NAME` ``.
    fn name(&self) -> String {
        let named = ["alert", "record"]
            .into_iter()
            .find_map(|kind| Some(format!("{kind} `{}`", self.text(kind)?)));
        named.unwrap_or_else(|| "a rule without a name".to_owned())
    }

    fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = self.fields.iter();
        labels.filter_map(|(key, field)| Some((key.strip_prefix("labels.")?, field.text.as_str())))
    }

    /// Returns the name, with the labels that tell alerts of the same name apart.
    fn subject(&self) -> String {
        let labels: Vec<String> = self
            .labels()
            .filter(|(key, _)| ["severity", "tier"].contains(key))
            .map(|(key, value)| format!("{key}={value:?}"))
            .collect();
        match labels.as_slice() {
            [] => self.name(),
            labels => format!("{} {{{}}}", self.name(), labels.join(",")),
        }
    }
}
