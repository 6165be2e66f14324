//! Programs that run for hours, scraped and evaluated every minute, and queries of the results.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use slo_spec::rules::{Options, Slo, generate};

use crate::{
    folder::{Folder, promtools},
    program::{JUDGED, PACKAGE},
};

/// Calls of a program for some time.
#[derive(Clone, Copy)]
pub(crate) struct Phase {
    pub(crate) minutes: u32,
    /// Good calls per minute; `bad` has the bad ones.
    pub(crate) good: u32,
    pub(crate) bad: u32,
    /// `true` if the phase begins with a new process, whose counters are at zero.
    pub(crate) restart: bool,
}

/// Returns a phase of `minutes`, with these calls per minute.
pub(crate) const fn phase(minutes: u32, good: u32, bad: u32) -> Phase {
    Phase {
        minutes,
        good,
        bad,
        restart: false,
    }
}

/// Programs, and the rules that watch them.
pub(crate) struct Scene {
    folder: Folder,
    series: String,
    minutes: u32,
    files: Vec<String>,
    recorded: Vec<String>,
    groups: Vec<String>,
}

impl Scene {
    pub(crate) fn new(slo: Slo, options: &Options) -> Self {
        Self {
            folder: Folder::new(),
            series: String::new(),
            minutes: 0,
            files: Vec::new(),
            recorded: Vec::new(),
            groups: Vec::new(),
        }
        .beside(slo, options)
    }

    /// Adds the rules of another program, in a file of their own.
    pub(crate) fn beside(mut self, slo: Slo, options: &Options) -> Self {
        let rules = generate(&[slo], options)
            .expect("the rules are generated")
            .file
            .to_yaml();
        let file = format!("rules{}.yml", self.files.len());
        self.folder.put(&file, &rules);
        self.files.push(file);
        let named = |key: &str| {
            let names = rules.lines().filter_map(|line| line.strip_prefix(key));
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        self.recorded.extend(named("  - record: "));
        // Files may have groups of the same name, whose order is given once.
        for group in named("- name: ") {
            if !self.groups.contains(&group) {
                self.groups.push(group);
            }
        }
        self
    }

    /// Sets the length of the scene, in minutes.
    pub(crate) fn until(mut self, minutes: u32) -> Self {
        self.minutes = minutes;
        self
    }

    /// Adds the good and bad calls of `service`.
    pub(crate) fn calls(self, service: &str, phases: &[Phase]) -> Self {
        let labels = format!("package=\"{PACKAGE}\",service_name=\"{service}\",sli=\"success\"");
        self.judged(&labels, phases)
    }

    /// Adds the good and bad calls of `service`, whose bad calls are the slow ones.
    pub(crate) fn durations(self, service: &str, phases: &[Phase]) -> Self {
        let labels = format!("package=\"{PACKAGE}\",service_name=\"{service}\",sli=\"latency\"");
        self.judged(&labels, phases)
    }

    /// Adds good and bad calls of objective `api` with these labels.
    pub(crate) fn judged(mut self, labels: &str, phases: &[Phase]) -> Self {
        for (outcome, count) in [
            ("good", (|it| it.good) as fn(&Phase) -> u32),
            ("bad", |it| it.bad),
        ] {
            let name = format!("{JUDGED}{{objective_name=\"api\",outcome=\"{outcome}\",{labels}}}");
            self.counter(&name, phases, count);
        }
        self
    }

    /// Adds a counter of any name.
    pub(crate) fn counted(mut self, name: &str, phases: &[Phase], of: fn(&Phase) -> u32) -> Self {
        self.counter(name, phases, of);
        self
    }

    /// Adds a series with values in the notation of `promtool`.
    pub(crate) fn series(mut self, name: &str, values: &str) -> Self {
        // Writing to a `String` never fails.
        let _ = writeln!(
            self.series,
            "  - series: {}\n    values: {values}",
            quoted(name)
        );
        self
    }

    fn counter(&mut self, name: &str, phases: &[Phase], of: fn(&Phase) -> u32) {
        let (mut value, mut minutes) = (0_u32, 0);
        let mut values = Vec::new();
        for phase in phases {
            for minute in 0..phase.minutes {
                value = if phase.restart && minute == 0 {
                    0
                } else {
                    value
                };
                value += of(phase);
                values.push(value.to_string());
            }
            minutes += phase.minutes;
        }
        self.minutes = self.minutes.max(minutes);
        // Writing to a `String` never fails.
        let _ = writeln!(
            self.series,
            "  - series: {}\n    values: {}",
            quoted(name),
            values.join(" ")
        );
    }

    /// Returns the alerts that fire, with the minutes of the first and the last time. If the
    /// versions of Prometheus differ, the result has both.
    pub(crate) fn alerts(&self) -> String {
        let [one, other] = promtools().map(|promtool| self.alerts_by(&promtool));
        if one == other {
            one
        } else {
            format!("Prometheus 2:\n{one}\nPrometheus 3:\n{other}")
        }
    }

    fn alerts_by(&self, promtool: &Path) -> String {
        let over = |function| {
            format!(
                "{function}_over_time(timestamp(ALERTS{{alertstate=\"firing\"}})[{}m:1m])",
                self.minutes
            )
        };
        let answers = self.values(&["min", "max", "count"].map(over), promtool);
        let [from, to, count] = answers.as_slice() else {
            panic!("three questions have three answers")
        };
        let mut lines: Vec<_> = from
            .iter()
            .map(|(labels, first)| {
                let (first, last) = (first / 60.0, to[labels] / 60.0);
                let count = count[labels];
                let pauses = if count > last - first {
                    String::new()
                } else {
                    format!(", {count} of them")
                };
                let label = |name| {
                    let value = labels.split(&format!("{name}=\"")).nth(1);
                    value.and_then(|rest| rest.split('"').next())
                };
                let place = ["service_name", "env"].map(label);
                let place: Vec<_> = place.into_iter().flatten().collect();
                format!(
                    "{} {}/{} of {}: minutes {first} to {last}{pauses}",
                    label("alertname").unwrap_or("-"),
                    label("severity").unwrap_or("-"),
                    label("tier").unwrap_or("-"),
                    place.join(" ")
                )
            })
            .collect();
        lines.sort();
        lines.join("\n")
    }

    /// Returns the names of all recordings.
    pub(crate) fn recorded_names(&self) -> Vec<String> {
        self.recorded.clone()
    }

    /// Returns the series that were ever recorded, and those that ever were `NaN`.
    pub(crate) fn recorded(&self) -> (Vec<&str>, Vec<&str>) {
        let query = |name: &String| format!("sum_over_time({name}[{}m])", self.minutes);
        let queries: Vec<_> = self.recorded.iter().map(query).collect();
        let (mut any, mut not_numbers) = (Vec::new(), Vec::new());
        for (name, values) in self
            .recorded
            .iter()
            .zip(self.values(&queries, &promtools()[0]))
        {
            if !values.is_empty() {
                any.push(name.as_str());
            }
            if values.values().any(|value| value.is_nan()) {
                not_numbers.push(name.as_str());
            }
        }
        (any, not_numbers)
    }

    /// Returns the results of queries in the last minute, by labels.
    fn values(&self, queries: &[String], promtool: &Path) -> Vec<BTreeMap<String, f64>> {
        let minutes = self.minutes - 1;
        // No series has these expected results, so that `promtool` prints the true ones.
        let question = |query: &String| {
            format!(
                "  - expr: {}\n    eval_time: {minutes}m\n    exp_samples:\n    - labels: never\n      value: 1\n",
                quoted(query)
            )
        };
        let questions: String = queries.iter().map(question).collect();
        let said = self.ask(&format!("  promql_expr_test:\n{questions}"), promtool);
        let got = said
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("got: "));
        let answers: Vec<_> = got.map(answer).collect();
        assert_eq!(answers.len(), queries.len(), "promtool said:\n{said}");
        answers
    }

    /// Returns the results of `query` in the last minute, in the order of labels.
    pub(crate) fn query(&self, query: &str) -> Vec<(String, f64)> {
        let queries = [query.to_owned()];
        let answers = self.values(&queries, &promtools()[1]);
        answers.into_iter().flatten().collect()
    }

    /// Returns labels and annotations, as text, of each alert with this name that fires in a
    /// minute.
    pub(crate) fn read(&self, alert: &str, minute: u32) -> String {
        let question = format!(
            "  alert_rule_test:\n  - alertname: {alert}\n    eval_time: {minute}m\n    exp_alerts:\n    - exp_labels: {{never: \"1\"}}\n"
        );
        let said = self.ask(&question, &promtools()[0]);
        let (_, got) = said
            .split_once("got:[")
            .unwrap_or_else(|| panic!("promtool does not know {alert}:\n{said}"));
        let mut text = String::new();
        for line in got.lines().map(str::trim) {
            if let Some(labels) = line.strip_prefix("Labels:") {
                text.push_str(labels);
                text.push('\n');
            } else if let Some(annotations) = line.strip_prefix("Annotations:{") {
                text.push_str(&unfolded(annotations.trim_end_matches('}')));
            }
        }
        text
    }

    fn ask(&self, question: &str, promtool: &Path) -> String {
        let order: Vec<_> = self
            .groups
            .iter()
            .map(|name| format!("- {name}\n"))
            .collect();
        self.folder.put(
            "question.yml",
            &format!(
                "rule_files: [{}]\nevaluation_interval: 1m\ngroup_eval_order:\n{}tests:\n- interval: 1m\n  input_series:\n{}{question}",
                self.files.join(", "),
                order.concat(),
                self.series
            ),
        );
        self.folder
            .run(promtool, &["test", "rules", "question.yml"])
            .text
    }
}

/// Parses `{a="b"} 1E+00, {a="c"} 2E+00` into values by labels; `nil` has no values.
fn answer(got: &str) -> BTreeMap<String, f64> {
    let mut values = BTreeMap::new();
    let mut rest = got;
    while let Some((labels, after)) = rest.split_once("} ") {
        let (value, others) = after.split_once(", ").unwrap_or((after, ""));
        let value = value.parse().expect("values are numbers");
        values.insert(labels.trim_start_matches('{').to_owned(), value);
        rest = others;
    }
    values
}

/// Formats `a="b\nc", d="e"` as keys, each followed by its lines.
fn unfolded(annotations: &str) -> String {
    let mut text = String::new();
    let mut rest = annotations;
    while let Some((key, after)) = rest.split_once("=\"") {
        let mut value = String::new();
        let mut chars = after.char_indices();
        rest = "";
        while let Some((at, c)) = chars.next() {
            let behind = &after[at + c.len_utf8()..];
            match (c, behind.chars().next()) {
                ('\\', Some(escaped)) => {
                    value.push(if escaped == 'n' { '\n' } else { escaped });
                    chars.next();
                }
                ('"', _) => {
                    rest = behind.trim_start_matches(", ");
                    break;
                }
                _ => value.push(c),
            }
        }
        // Writing to a `String` never fails.
        let _ = writeln!(text, "{key}:\n  {}", value.replace('\n', "\n  "));
    }
    text
}

/// Returns `text` in single quotes, as YAML has them.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
