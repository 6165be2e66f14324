//! Formats a table of all crates, and the findings in each.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

use crate::{
    messages::Difference,
    trial::{Tests, Trial},
};

/// Limit of findings of a kind that are shown for a crate. The file has all.
const SHOWN: usize = 10;

pub(crate) fn table(trials: &[Trial]) -> String {
    let head = [
        "crate",
        "version",
        "functions",
        "errors",
        "warnings",
        "tests",
        "left out",
    ];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(trials.iter().map(row));
    let mut widths = [0; 7];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let _ = if (2..4).contains(&column) {
                write!(line, "{cell:>width$}  ")
            } else {
                write!(line, "{cell:<width$}  ")
            };
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

fn row(trial: &Trial) -> [String; 7] {
    let (new, vanished) = (trial.warnings.new.len(), trial.warnings.vanished.len());
    let warnings = match (new, vanished) {
        (0, 0) => "same".to_owned(),
        _ => format!("+{new} -{vanished}"),
    };
    let judged = trial.obstacle.is_none();
    [
        trial.of.name.to_owned(),
        trial.of.version.to_owned(),
        trial.functions.to_string(),
        if judged || !trial.errors.is_empty() {
            trial.errors.len().to_string()
        } else {
            "?".to_owned()
        },
        if judged { warnings } else { "?".to_owned() },
        trial.tests.as_ref().map_or("not run".to_owned(), tests),
        trial.left_out.join(", "),
    ]
}

fn tests(tests: &Tests) -> String {
    let Tests { before, after, .. } = tests;
    let counts = format!("{} passed, {} failed", before.passed, before.failed);
    if tests.differ.is_empty() {
        return counts;
    }
    format!(
        "{counts} → {} passed, {} failed",
        after.passed, after.failed
    )
}

/// Formats the findings in a crate; empty if there are none.
pub(crate) fn findings(trial: &Trial) -> String {
    let mut findings = Findings(Vec::new());
    if let Some(obstacle) = &trial.obstacle {
        findings.0.extend(obstacle.lines().map(str::to_owned));
    }
    let Difference { new, vanished } = &trial.warnings;
    findings.list("error", &trial.errors);
    findings.list("new warning", new);
    findings.list("vanished warning", vanished);
    if let Some(tests) = &trial.tests {
        findings.list("test", &tests.differ);
        findings.list("unstable test, not counted", &tests.unsteady);
    }
    let mut reasons = BTreeMap::<_, Vec<_>>::new();
    for (program, why) in &trial.programs_left_out {
        reasons.entry(why).or_default().push(program.as_str());
    }
    for (why, programs) in reasons {
        let programs = programs.join(", ");
        findings
            .0
            .push(format!("test programs left out: {programs}: {why}"));
    }
    if findings.0.is_empty() {
        return String::new();
    }
    format!("{}:\n  {}\n", trial.of.folder(), findings.0.join("\n  "))
}

struct Findings(Vec<String>);

impl Findings {
    fn list<T: fmt::Display>(&mut self, what: &str, findings: &[T]) {
        let shown = findings.iter().take(SHOWN);
        self.0
            .extend(shown.map(|finding| format!("{what}: {finding}")));
        if findings.len() > SHOWN {
            self.0
                .push(format!("{what}: and {} more", findings.len() - SHOWN));
        }
    }
}
