//! Rule files as Prometheus reads them: objects, groups and rules, whatever their notation.

use std::{borrow::Cow, collections::BTreeMap};

use saphyr::{AnnotatedMapping, MarkedYaml, ScalarStyle, YamlData, YamlLoader};
use saphyr_parser::Parser;

use crate::yaml;

/// Document of a file: a whole Prometheus file, or a Kubernetes object.
#[derive(Debug)]
pub(super) struct Document {
    /// Name of the Kubernetes object; empty in other formats.
    pub(super) name: String,
    /// All fields but the groups.
    pub(super) fields: Fields,
    pub(super) groups: Vec<Group>,
    pub(super) line: u32,
}

#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: String,
    /// All fields but name and rules.
    pub(super) fields: Fields,
    pub(super) rules: Vec<Rule>,
    pub(super) line: u32,
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) fields: Fields,
    pub(super) line: u32,
}

/// Values by their path, such as `expr` or `labels.severity`.
pub(super) type Fields = BTreeMap<String, Field>;

#[derive(Debug)]
pub(super) struct Field {
    pub(super) text: String,
    /// Line in the file, from 1.
    pub(super) line: u32,
}

/// Reason why a file is no rule file, with its line.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) line: u32,
    pub(super) reason: String,
}

impl Document {
    /// Returns `true` if this is a rule file, or an object that holds one.
    pub(super) fn holds_rules(&self) -> bool {
        let kind = self.fields.get("kind");
        kind.is_none_or(|kind| kind.text == "PrometheusRule")
    }
}

type Map<'a> = AnnotatedMapping<'a, MarkedYaml<'a>>;

/// Reads all documents of a file in YAML or JSON; empty documents are left out.
pub(super) fn read(text: &str) -> Result<Vec<Document>, Unreadable> {
    let text = surrogates_joined(text);
    yaml::check(&text).map_err(|refusal| Unreadable {
        line: number(refusal.line),
        reason: refusal.reason,
    })?;
    let mut loader = YamlLoader::<MarkedYaml<'_>>::default();
    // Labels and annotations are text in Prometheus, so `1.0` and `yes` stay as they are written.
    loader.early_parse(false);
    Parser::new_from_str(&text)
        .load(&mut loader, true)
        .map_err(|error| Unreadable {
            line: number(error.marker().line()),
            reason: error.info().to_owned(),
        })?;
    if let Some(error) = loader.error() {
        return Err(Unreadable {
            line: number(error.marker().line()),
            reason: error.info().to_owned(),
        });
    }
    let documents = loader.into_documents();
    let documents = documents.iter().filter(|yaml| !is_null(yaml));
    documents.map(document).collect()
}

fn document(yaml: &MarkedYaml<'_>) -> Result<Document, Unreadable> {
    let mut fields = Fields::new();
    let map = mapping(yaml, "a rule file is a map with `groups`")?;
    flatten(map, "", &mut fields, &["groups", "spec"]);
    let mut list = get(map, "groups");
    if let Some(spec) = get(map, "spec") {
        let spec = mapping(spec, "`spec` is a map with `groups`")?;
        flatten(spec, "spec.", &mut fields, &["groups"]);
        list = get(spec, "groups");
    }
    let name = fields.get("metadata.name");
    Ok(Document {
        name: name.map(|field| field.text.clone()).unwrap_or_default(),
        groups: items(list).map(group).collect::<Result<_, _>>()?,
        fields,
        line: line(yaml),
    })
}

fn group(yaml: &MarkedYaml<'_>) -> Result<Group, Unreadable> {
    let map = mapping(yaml, "a group is a map with `name` and `rules`")?;
    let mut fields = Fields::new();
    flatten(map, "", &mut fields, &["rules"]);
    let name = fields.remove("name");
    Ok(Group {
        name: name.map(|field| field.text).unwrap_or_default(),
        rules: items(get(map, "rules"))
            .map(rule)
            .collect::<Result<_, _>>()?,
        fields,
        line: line(yaml),
    })
}

fn rule(yaml: &MarkedYaml<'_>) -> Result<Rule, Unreadable> {
    let map = mapping(yaml, "a rule is a map with `record` or `alert`")?;
    let mut fields = Fields::new();
    flatten(map, "", &mut fields, &[]);
    Ok(Rule {
        fields,
        line: line(yaml),
    })
}

fn mapping<'a, 'b>(yaml: &'b MarkedYaml<'a>, reason: &str) -> Result<&'b Map<'a>, Unreadable> {
    match &yaml.data {
        YamlData::Mapping(map) => Ok(map),
        _ => Err(Unreadable {
            line: line(yaml),
            reason: reason.to_owned(),
        }),
    }
}

fn items<'a, 'b>(yaml: Option<&'b MarkedYaml<'a>>) -> impl Iterator<Item = &'b MarkedYaml<'a>> {
    let items = match yaml.map(|yaml| &yaml.data) {
        Some(YamlData::Sequence(items)) => items.as_slice(),
        _ => &[],
    };
    items.iter()
}

fn get<'a, 'b>(map: &'b Map<'a>, key: &str) -> Option<&'b MarkedYaml<'a>> {
    let (_, value) = map.iter().find(|(name, _)| text(name) == key)?;
    Some(value)
}

/// Inserts all values of `map` into `fields`, except those under the keys in `without`.
fn flatten(map: &Map<'_>, path: &str, fields: &mut Fields, without: &[&str]) {
    for (key, value) in map {
        let key = text(key);
        if !without.contains(&&*key) {
            put(value, format!("{path}{key}"), fields);
        }
    }
}

fn put(value: &MarkedYaml<'_>, path: String, fields: &mut Fields) {
    match &value.data {
        YamlData::Mapping(map) => flatten(map, &format!("{path}."), fields, &[]),
        YamlData::Sequence(items) => {
            for (i, item) in items.iter().enumerate() {
                put(item, format!("{path}.{i}"), fields);
            }
        }
        _ if is_null(value) => {}
        _ => {
            let field = Field {
                text: text(value).into_owned(),
                line: line(value),
            };
            fields.insert(path, field);
        }
    }
}

fn text<'b>(yaml: &'b MarkedYaml<'_>) -> Cow<'b, str> {
    match &yaml.data {
        YamlData::Representation(text, ..) => Cow::Borrowed(text),
        YamlData::Tagged(_, node) => text(node),
        _ => Cow::Borrowed(""),
    }
}

fn is_null(yaml: &MarkedYaml<'_>) -> bool {
    match &yaml.data {
        YamlData::Representation(text, ScalarStyle::Plain, _) => {
            matches!(&**text, "" | "~" | "null" | "Null" | "NULL")
        }
        YamlData::BadValue => true,
        _ => false,
    }
}

fn line(yaml: &MarkedYaml<'_>) -> u32 {
    number(yaml.span.start.line())
}

fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX).max(1)
}

/// Joins the surrogate pairs of JSON escapes, which YAML does not have.
fn surrogates_joined(text: &str) -> Cow<'_, str> {
    const UNIT: usize = "\\u0000".len();
    let unit = |at: usize| {
        let digits = text.get(at..at + UNIT)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find('\\') {
        at += found;
        let pair = unit(at).zip(unit(at + UNIT));
        let joined = pair.and_then(|(high, low)| {
            (0xD800..0xDC00).contains(&high).then_some(())?;
            char::decode_utf16([high, low]).next()?.ok()
        });
        if let Some(c) = joined {
            out.push_str(&text[copied..at]);
            out.push(c);
            at += 2 * UNIT;
            copied = at;
        } else {
            // The escaped character does not begin another escape.
            at += 1;
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}
