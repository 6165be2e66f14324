//! Limits of Mimir and Kubernetes, and rule files that are split to keep them.

use super::Value;
use crate::rules::{Group, Rule, RuleFile};

/// Maximum number of rules in a group by Mimir's default (`ruler_max_rules_per_rule_group`).
const MIMIR_RULES: usize = 20;

/// Maximum size of a Kubernetes object as JSON, in bytes.
///
/// `kubectl apply` keeps the object in an annotation, and all annotations together may have 262,144
/// bytes. The operator writes the rules to a file of at most 524,288 bytes. A quarter is left for
/// additions by others: annotations, and fields with defaults.
const OBJECT_BYTES: usize = 192 * 1024;

impl RuleFile {
    /// Returns the same rules in groups of at most 20, Mimir's default limit.
    ///
    /// A larger group is split into `NAME`, `NAME:2`, and so on, with its rules in their order.
    /// Mimir evaluates each of these groups on its own: a rule that reads a series of an earlier
    /// group may see the value of the previous evaluation, which is one interval old.
    #[must_use]
    pub fn split_for_mimir(&self) -> Self {
        let groups = self.groups.iter().flat_map(|group| {
            let parts = group.rules.chunks(MIMIR_RULES).enumerate();
            // A group without rules stays.
            let empty = group.rules.is_empty().then(|| group.clone());
            empty
                .into_iter()
                .chain(parts.map(|(i, rules)| part(group, i, rules.to_vec())))
        });
        Self {
            groups: groups.collect(),
        }
    }

    /// Returns the same rules in files that each fit into a Kubernetes object.
    ///
    /// A group stays in one file, unless it does not fit into any.
    pub(super) fn split_for_kubernetes(&self) -> Vec<Self> {
        let mut files = vec![Self { groups: Vec::new() }];
        let mut used = 0;
        for group in self.groups.iter().flat_map(fitting) {
            let size = size_of_group(&group);
            if used > 0 && used + size > OBJECT_BYTES {
                files.push(Self { groups: Vec::new() });
                used = 0;
            }
            used += size;
            if let Some(file) = files.last_mut() {
                file.groups.push(group);
            }
        }
        files
    }
}

/// Splits a group that is larger than the limit of an object.
fn fitting(group: &Group) -> Vec<Group> {
    if size_of_group(group) <= OBJECT_BYTES {
        return vec![group.clone()];
    }
    let mut parts: Vec<Vec<Rule>> = vec![Vec::new()];
    let mut used = 0;
    for rule in &group.rules {
        let size = size(&super::rules::rule(rule));
        if used > 0 && used + size > OBJECT_BYTES {
            parts.push(Vec::new());
            used = 0;
        }
        used += size;
        if let Some(rules) = parts.last_mut() {
            rules.push(rule.clone());
        }
    }
    let parts = parts.into_iter().enumerate();
    parts.map(|(i, rules)| part(group, i, rules)).collect()
}

/// Returns part `i`, from 0, of a group.
fn part(group: &Group, i: usize, rules: Vec<Rule>) -> Group {
    Group {
        name: match i {
            0 => group.name.clone(),
            _ => format!("{}:{}", group.name, i + 1),
        },
        interval: group.interval,
        rules,
    }
}

fn size_of_group(group: &Group) -> usize {
    size(&super::rules::group(group))
}

/// Returns the size in bytes of a value as JSON without blanks, as Go writes it: with `<`, `>` and
/// `&` escaped.
fn size(value: &Value) -> usize {
    // Each element counts with a comma, one too many per list and map.
    match value {
        Value::Text(text) => size_of_text(text),
        Value::Whole(n) => n.to_string().len(),
        Value::List(items) => 2 + items.iter().map(|item| size(item) + 1).sum::<usize>(),
        Value::Map(entries) => {
            let entries = entries.iter();
            2 + entries
                .map(|(key, value)| size_of_text(key) + size(value) + 2)
                .sum::<usize>()
        }
    }
}

fn size_of_text(text: &str) -> usize {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => 6,
        c if c.is_control() => 6,
        c => c.len_utf8(),
    });
    2 + escaped.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::{MIMIR_RULES, OBJECT_BYTES, size};
    use crate::rules::{Alert, Expr, Group, Rule, RuleFile, document::Value};

    /// Returns a group of `rules` alerts, each with a text of `bytes` bytes.
    fn group(name: &str, rules: usize, bytes: usize) -> Group {
        let rule = |i: usize| {
            Rule::Alert(Alert {
                alert: format!("A{i}"),
                expr: Expr::integer(1),
                hold: None,
                keep: None,
                labels: Vec::new(),
                annotations: vec![("summary", "x".repeat(bytes))],
            })
        };
        Group {
            name: name.to_owned(),
            interval: None,
            rules: (0..rules).map(rule).collect(),
        }
    }

    fn names(file: &RuleFile) -> Vec<(&str, usize)> {
        let groups = file.groups.iter();
        groups
            .map(|group| (group.name.as_str(), group.rules.len()))
            .collect()
    }

    #[track_caller]
    fn all_rules_in_order(one: &RuleFile, parts: &[RuleFile]) {
        let rules = |file: &RuleFile| -> Vec<Rule> {
            let groups = file.groups.iter();
            groups.flat_map(|group| group.rules.clone()).collect()
        };
        let parts: Vec<Rule> = parts.iter().flat_map(rules).collect();
        assert_eq!(rules(one), parts);
    }

    #[test]
    fn mimir_gets_no_group_of_more_than_20_rules() {
        for (rules, expected) in [
            (0, vec![("g", 0)]),
            (1, vec![("g", 1)]),
            (19, vec![("g", 19)]),
            (20, vec![("g", 20)]),
            (21, vec![("g", 20), ("g:2", 1)]),
            (
                100,
                vec![
                    ("g", 20),
                    ("g:2", 20),
                    ("g:3", 20),
                    ("g:4", 20),
                    ("g:5", 20),
                ],
            ),
        ] {
            let file = RuleFile {
                groups: vec![group("g", rules, 0)],
            };
            let split = file.split_for_mimir();
            assert_eq!(names(&split), expected);
            all_rules_in_order(&file, &[split]);
        }
        assert_eq!(MIMIR_RULES, 20);
    }

    #[test]
    fn kubernetes_objects_are_filled_and_never_over_their_limit() {
        let third = OBJECT_BYTES / 3;
        let file = RuleFile {
            groups: ["a", "b", "c", "d"]
                .map(|name| group(name, 1, third))
                .into(),
        };
        let objects = file.split_for_kubernetes();
        let split: Vec<_> = objects.iter().map(names).collect();
        assert_eq!(split, [[("a", 1), ("b", 1)], [("c", 1), ("d", 1)]]);
        all_rules_in_order(&file, &objects);
    }

    #[test]
    fn a_group_that_fits_into_no_object_is_split() {
        let file = RuleFile {
            groups: vec![group("a", 5, OBJECT_BYTES / 3), group("b", 1, 1)],
        };
        let objects = file.split_for_kubernetes();
        let split: Vec<_> = objects.iter().map(names).collect();
        assert_eq!(
            split,
            [vec![("a", 2)], vec![("a:2", 2)], vec![("a:3", 1), ("b", 1)]]
        );
        all_rules_in_order(&file, &objects);
    }

    #[test]
    fn sizes_equal_those_of_json_as_go_writes_it() {
        let value = Value::map([
            (
                "a",
                Value::List(vec![Value::text("x > \"y\"\n"), Value::Whole(12)]),
            ),
            ("b", Value::map([("c", Value::text("ä & \u{1}"))])),
        ]);
        let json = r#"{"a":["x \u003e \"y\"\n",12],"b":{"c":"ä \u0026 \u0001"}}"#;
        // One comma too many for each of the three lists and maps.
        assert_eq!(size(&value), json.len() + 3);
    }
}
