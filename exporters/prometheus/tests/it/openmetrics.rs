//! Strict parser of OpenMetrics 1.0.0: it refuses everything that the specification forbids and our
//! families could get wrong.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::exemplars::{self, Exemplar};

/// Name and labels of a sample.
pub(crate) type Series = (String, BTreeMap<String, String>);

/// The families of a page, as an OpenMetrics parser reads them.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) families: Vec<Family>,
}

/// Family with its samples.
#[derive(Debug, Default)]
pub(crate) struct Family {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) help: String,
    pub(crate) unit: String,
    pub(crate) samples: Vec<(Series, f64)>,
    pub(crate) exemplars: Vec<(Series, Exemplar)>,
}

impl Page {
    /// Returns all samples. No two have the same name and labels.
    pub(crate) fn samples(&self) -> BTreeMap<Series, f64> {
        let all = self.families.iter().flat_map(|family| &family.samples);
        all.cloned().collect()
    }
}

/// Parses `text`. Panics with the first line that breaks a rule.
#[track_caller]
pub(crate) fn parse(text: &str) -> Page {
    let body = text.strip_suffix("# EOF\n").expect("ends with # EOF");
    assert!(
        body.is_empty() || body.ends_with('\n'),
        "the last line ends"
    );
    let mut page = Page::default();
    let mut names = HashSet::new();
    let mut seen = HashSet::new();
    for line in body.lines() {
        assert!(!line.ends_with('\r'), "lines end with \\n alone: {line}");
        if let Some(descriptor) = line.strip_prefix("# ") {
            let (keyword, rest) = descriptor.split_once(' ').expect(line);
            let (name, value) = rest.split_once(' ').expect(line);
            if page.families.last().is_none_or(|last| last.name != name) {
                assert!(
                    names.insert(name.to_owned()),
                    "family {name} twice or interleaved"
                );
                assert!(is_metric_name(name), "{line}");
                page.families.push(Family {
                    name: name.into(),
                    ..Family::default()
                });
            }
            let family = page.families.last_mut().unwrap();
            assert!(
                family.samples.is_empty(),
                "descriptors before samples: {line}"
            );
            let (slot, value) = match keyword {
                "TYPE" => (&mut family.kind, value.to_owned()),
                "HELP" => (&mut family.help, unescape(value)),
                "UNIT" => (&mut family.unit, value.to_owned()),
                _ => panic!("unknown keyword: {line}"),
            };
            assert!(slot.is_empty(), "{keyword} twice: {line}");
            *slot = value;
        } else {
            let (series, rest) = series(line);
            let (number, exemplar) = exemplars::split(rest);
            let value = parse_number(number);
            assert!(seen.insert(series.clone()), "the same series twice: {line}");
            let family = page
                .families
                .last_mut()
                .expect("a family before its samples");
            assert!(
                belongs(family, &series),
                "sample outside its family: {line}"
            );
            if let Some(exemplar) = exemplar {
                assert!(series.0.ends_with("_bucket"), "of a bucket: {line}");
                family.exemplars.push((series.clone(), exemplar));
            }
            family.samples.push((series, value));
        }
    }
    page.families.iter().for_each(check_family);
    check_clashes(&page.families);
    page
}

/// Parses one sample line, `name{label="value",…} number`.
pub(crate) fn sample(line: &str) -> (Series, f64) {
    let (series, number) = series(line);
    (series, parse_number(number))
}

/// Parses name and labels of a sample. Returns them with the rest of the line after the blank.
pub(crate) fn series(line: &str) -> (Series, &str) {
    let name_end = line.find(['{', ' ']).expect(line);
    let (name, mut rest) = line.split_at(name_end);
    assert!(is_metric_name(name), "{line}");
    let mut labels = BTreeMap::new();
    if let Some(inner) = rest.strip_prefix('{') {
        rest = inner;
        while !rest.starts_with('}') {
            let (label, quoted) = rest.split_once("=\"").expect(line);
            assert!(is_label_name(label), "{line}");
            let end = closing_quote(quoted).expect(line);
            let value = unescape(&quoted[..end]);
            assert!(
                labels.insert(label.into(), value).is_none(),
                "label {label} twice: {line}"
            );
            rest = &quoted[end + 1..];
            if let Some(more) = rest.strip_prefix(',') {
                assert!(!more.starts_with('}'), "comma before brace: {line}");
                rest = more;
            } else {
                assert!(rest.starts_with('}'), "{line}");
            }
        }
        rest = &rest[1..];
    }
    let rest = rest.strip_prefix(' ').expect(line);
    ((name.to_owned(), labels), rest)
}

pub(crate) fn parse_number(number: &str) -> f64 {
    assert!(!number.contains(' '), "a timestamp or a blank: {number}");
    match number {
        "+Inf" => f64::INFINITY,
        "NaN" => f64::NAN,
        _ => number.parse().expect(number),
    }
}

/// Returns the position of the first quote that no backslash escapes.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

/// Undoes escaping. Panics on a bare quote and on an unknown escape.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        assert_ne!(c, '"', "bare quote in {text}");
        out.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some(escaped @ ('"' | '\\')) => escaped,
                other => panic!("unknown escape {other:?} in {text}"),
            },
            c => c,
        });
    }
    out
}

fn is_metric_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == ':')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
}

fn is_label_name(name: &str) -> bool {
    is_metric_name(name) && !name.contains(':')
}

fn suffixes(kind: &str) -> &'static [&'static str] {
    match kind {
        "counter" => &["_total", "_created"],
        "gauge" => &[""],
        "histogram" => &["_bucket", "_sum", "_count", "_created"],
        _ => panic!("a type that we don't have: {kind}"),
    }
}

fn belongs(family: &Family, (name, _): &Series) -> bool {
    name.strip_prefix(&family.name)
        .is_some_and(|suffix| suffixes(&family.kind).contains(&suffix))
}

fn check_family(family: &Family) {
    let Family { name, unit, .. } = family;
    assert!(!family.help.is_empty(), "{name} has no help");
    assert!(
        unit.is_empty() || name.ends_with(&format!("_{unit}")),
        "{name} ends in its unit"
    );
    for ((series, labels), value) in &family.samples {
        if family.kind == "counter" || series != name {
            assert!(
                *value >= 0.0,
                "{series}{labels:?} is negative or not a number"
            );
        }
    }
    if family.kind == "histogram" {
        check_histogram(family);
    }
    exemplars::check(family);
}

/// Checks that buckets ascend, that the lines of one label set are contiguous, and that the last
/// bucket equals the count.
fn check_histogram(family: &Family) {
    type Points<'a> = Vec<(&'a str, Option<&'a str>, f64)>;
    let mut groups: Vec<(BTreeMap<String, String>, Points<'_>)> = Vec::new();
    for ((name, labels), value) in &family.samples {
        let mut group = labels.clone();
        group.remove("le");
        if groups.last().is_none_or(|(last, _)| *last != group) {
            assert!(
                groups.iter().all(|(other, _)| *other != group),
                "interleaved: {group:?}"
            );
            groups.push((group, Points::new()));
        }
        let suffix = &name[family.name.len()..];
        let le = labels.get("le").map(String::as_str);
        groups.last_mut().unwrap().1.push((suffix, le, *value));
    }
    for (labels, points) in groups {
        let (mut last_bound, mut last_value) = (f64::NEG_INFINITY, 0.0);
        let mut by_suffix = BTreeMap::new();
        for (suffix, le, value) in points {
            if suffix == "_bucket" {
                let le = le.expect("a bucket has an le");
                let bound = if le == "+Inf" {
                    f64::INFINITY
                } else {
                    le.parse().unwrap()
                };
                assert!(bound > last_bound, "le ascends: {labels:?}");
                assert!(value >= last_value, "buckets are cumulative: {labels:?}");
                (last_bound, last_value) = (bound, value);
            } else {
                assert!(le.is_none(), "only buckets have an le: {labels:?}");
                assert!(by_suffix.insert(suffix, value).is_none());
            }
        }
        assert!(last_bound.is_infinite(), "+Inf comes last: {labels:?}");
        assert_eq!(
            by_suffix.get("_count"),
            Some(&last_value),
            "count is +Inf: {labels:?}"
        );
        assert!(by_suffix.contains_key("_sum"), "a sum: {labels:?}");
    }
}

/// Checks that no family has a name that another family may give its samples.
fn check_clashes(families: &[Family]) {
    let mut taken = BTreeSet::new();
    for family in families {
        let mut names: BTreeSet<_> = suffixes(&family.kind)
            .iter()
            .map(|suffix| format!("{}{suffix}", family.name))
            .collect();
        names.insert(family.name.clone());
        for name in names {
            assert!(taken.insert(name.clone()), "two families own {name}");
        }
    }
}

#[test]
#[should_panic(expected = "the same series twice")]
fn refuses_a_series_twice() {
    parse("# TYPE a gauge\n# HELP a a\na{b=\"c\"} 1\na{b=\"c\"} 2\n# EOF\n");
}

#[test]
#[should_panic(expected = "sample outside its family")]
fn refuses_a_counter_without_total() {
    parse("# TYPE a counter\n# HELP a a\na 1\n# EOF\n");
}

#[test]
#[should_panic(expected = "count is +Inf")]
fn refuses_a_count_that_disagrees() {
    parse("# TYPE a histogram\n# HELP a a\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n# EOF\n");
}

#[test]
#[should_panic(expected = "buckets are cumulative")]
fn refuses_buckets_that_fall() {
    parse(
        "# TYPE a histogram\n# HELP a a\na_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n# EOF\n",
    );
}

#[test]
#[should_panic(expected = "interleaved")]
fn refuses_families_that_interleave() {
    parse("# TYPE a gauge\n# HELP a a\na 1\n# TYPE b gauge\n# HELP b b\nb 1\n# HELP a a\n# EOF\n");
}
