//! The part of a rule file, and of its tests, that a change of one rule can alter.

use std::{collections::BTreeSet, ops::Range};

/// Rule file, as a list of its rules.
pub(crate) struct Rules {
    text: String,
    all: Vec<Rule>,
}

struct Rule {
    /// Bytes of the rule in the text.
    range: Range<usize>,
    group: String,
    kind: Kind,
    /// Recorded series that the rule reads.
    reads: BTreeSet<String>,
}

enum Kind {
    Record(String),
    Alert {
        name: String,
        severity: String,
        tier: String,
    },
}

/// Rules by their places in the file.
pub(crate) type Places = BTreeSet<usize>;

impl Rules {
    pub(crate) fn new(text: &str) -> Self {
        let mut all: Vec<Rule> = Vec::new();
        let mut group = String::new();
        let mut at = 0;
        let mut is_rule = false;
        for line in text.split_inclusive('\n') {
            if let Some(name) = line.strip_prefix("- name: ") {
                name.trim_end().clone_into(&mut group);
                is_rule = false;
            }
            if line.starts_with("  - ") {
                all.push(Rule::new(at, &group));
                is_rule = true;
            }
            at += line.len();
            if let Some(rule) = all.last_mut().filter(|_| is_rule) {
                rule.range.end = at;
            }
        }
        for rule in &mut all {
            rule.read(&text[rule.range.clone()]);
        }
        Self {
            text: text.to_owned(),
            all,
        }
    }

    /// Returns the rule at this place of the text.
    pub(crate) fn at(&self, place: usize) -> usize {
        let found = self.all.iter().position(|it| it.range.contains(&place));
        found.expect("every change is within a rule")
    }

    /// Returns the rules with `part` in their text.
    pub(crate) fn with(&self, part: &str) -> Places {
        let rules = self.all.iter().enumerate();
        rules
            .filter(|(_, rule)| self.text[rule.range.clone()].contains(part))
            .map(|(at, _)| at)
            .collect()
    }

    /// Returns these rules, and all rules that read their recordings.
    pub(crate) fn dependents(&self, rules: Places) -> Places {
        self.closed(rules, |one, other| other.is_read_by(one))
    }

    /// Returns these rules, and all rules whose recordings they read.
    fn dependencies(&self, rules: Places) -> Places {
        self.closed(rules, Rule::is_read_by)
    }

    fn closed(&self, mut rules: Places, belongs: impl Fn(&Rule, &Rule) -> bool) -> Places {
        loop {
            let more: Places = (0..self.all.len())
                .filter(|at| !rules.contains(at))
                .filter(|&at| {
                    let mut known = rules.iter();
                    known.any(|&other| belongs(&self.all[at], &self.all[other]))
                })
                .collect();
            if more.is_empty() {
                return rules;
            }
            rules.extend(more);
        }
    }

    /// Returns the rules with the same name as those of `other` at these places.
    pub(crate) fn same_as(&self, other: &Self, places: &Places) -> Places {
        let rules = self.all.iter().enumerate();
        rules
            .filter(|(_, rule)| places.iter().any(|&at| rule.is_named_as(&other.all[at])))
            .map(|(at, _)| at)
            .collect()
    }

    /// Returns the file with these rules and those that they read, without annotations.
    pub(crate) fn only(&self, rules: &Places) -> String {
        let mut text = "groups:\n".to_owned();
        let mut group = "";
        for at in self.dependencies(rules.clone()) {
            let rule = &self.all[at];
            if rule.group != group {
                group = &rule.group;
                text.push_str(self.head(group));
            }
            let lines = self.text[rule.range.clone()].split_inclusive('\n');
            let mut is_annotation = false;
            for line in lines {
                let depth = line.len() - line.trim_start().len();
                if depth <= 4 {
                    is_annotation = line.trim() == "annotations:";
                }
                if !is_annotation {
                    text.push_str(line);
                }
            }
        }
        text
    }

    /// Returns the lines of a group before its first rule.
    fn head(&self, group: &str) -> &str {
        let start = format!("- name: {group}\n");
        let at = self.text.find(&start).expect("the group is there");
        let length = self.text[at..].find("\n  - ").expect("it has rules");
        &self.text[at..=at + length]
    }

    /// Returns `test` with the queries about these rules only, and all rules that the queries are
    /// about; `None` if there is no such query.
    pub(crate) fn questions(&self, test: &str, rules: &Places) -> Option<(String, Places)> {
        let (head, questions) = test.split_once("  promql_expr_test:\n")?;
        let mut asked = rules.clone();
        let mut kept = String::new();
        for question in questions
            .split_inclusive('\n')
            .collect::<Vec<_>>()
            .chunk_by(
                // A query extends to the beginning of the next one.
                |_, next| !next.starts_with("  - expr: "),
            )
        {
            let query = question[0];
            let about: Places = (0..self.all.len())
                .filter(|&at| self.all[at].is_asked_by(query))
                .collect();
            if !about.is_disjoint(rules) {
                kept.extend(question.iter().copied());
                asked.extend(about);
            }
        }
        (!kept.is_empty()).then(|| (format!("{head}  promql_expr_test:\n{kept}"), asked))
    }
}

impl Rule {
    fn new(start: usize, group: &str) -> Self {
        Self {
            range: start..start,
            group: group.to_owned(),
            kind: Kind::Record(String::new()),
            reads: BTreeSet::new(),
        }
    }

    fn read(&mut self, text: &str) {
        let value = |key: &str| {
            let mut lines = text.lines();
            let value = lines.find_map(|line| line.trim_start().strip_prefix(key));
            value.unwrap_or_default().to_owned()
        };
        let record = value("- record: ");
        self.kind = if record.is_empty() {
            Kind::Alert {
                name: value("- alert: "),
                severity: value("severity: "),
                tier: value("tier: "),
            }
        } else {
            Kind::Record(record)
        };
        let mut is_expression = false;
        for line in text.lines() {
            let depth = line.len() - line.trim_start().len();
            let expression = line.trim_start().strip_prefix("expr: ");
            if depth <= 4 {
                is_expression = expression.is_some();
            }
            if is_expression {
                let is_part = |c: char| c.is_ascii_alphanumeric() || "_:".contains(c);
                let words = expression.unwrap_or(line).split(|c| !is_part(c));
                let names = words.filter(|word| word.starts_with("slo:"));
                self.reads.extend(names.map(str::to_owned));
            }
        }
    }

    fn is_read_by(&self, other: &Self) -> bool {
        match &self.kind {
            Kind::Record(name) => other.reads.contains(name),
            Kind::Alert { .. } => false,
        }
    }

    fn is_named_as(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Record(one), Kind::Record(other)) => one == other,
            (
                Kind::Alert {
                    name,
                    severity,
                    tier,
                },
                Kind::Alert {
                    name: other,
                    severity: other_severity,
                    tier: other_tier,
                },
            ) => (name, severity, tier) == (other, other_severity, other_tier),
            _ => false,
        }
    }

    /// Returns `true` if `query` reads the series of this rule.
    fn is_asked_by(&self, query: &str) -> bool {
        let has = |label: &str, value: &str| {
            !query.contains(&format!("{label}=")) || query.contains(&format!("{label}=\"{value}\""))
        };
        match &self.kind {
            Kind::Record(name) => query.contains(&format!("{name}{{")),
            Kind::Alert {
                name,
                severity,
                tier,
            } => {
                query.contains("ALERTS{")
                    && has("alertname", name)
                    && has("severity", severity)
                    && has("tier", tier)
            }
        }
    }
}
