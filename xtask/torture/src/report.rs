//! A table of all crates, and what was found in each.

use std::fmt::Write as _;

use crate::{
    tests::End,
    trial::{Tests, Trial},
};

/// How many findings of one kind are shown of a crate; the file has all.
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

/// What was found in one crate; nothing if there was nothing.
pub(crate) fn findings(trial: &Trial) -> String {
    let mut text = String::new();
    if let Some(obstacle) = &trial.obstacle {
        text += &format!("  {}\n", obstacle.replace('\n', "\n  "));
    }
    let list = |text: &mut String, what: &str, lines: Vec<String>| {
        for line in lines.iter().take(SHOWN) {
            *text += &format!("  {what}: {line}\n");
        }
        if lines.len() > SHOWN {
            *text += &format!("  {what}: and {} more\n", lines.len() - SHOWN);
        }
    };
    let spelled =
        |messages: &[crate::messages::Message]| messages.iter().map(ToString::to_string).collect();
    list(&mut text, "error", spelled(&trial.errors));
    list(&mut text, "new warning", spelled(&trial.warnings.new));
    list(
        &mut text,
        "vanished warning",
        spelled(&trial.warnings.vanished),
    );
    if let Some(tests) = &trial.tests {
        let differ = tests.differ.iter().map(|((program, test), was, is)| {
            format!("{program} {test}: {}, decorated {}", word(*was), word(*is))
        });
        list(&mut text, "test", differ.collect());
        let unsteady = tests
            .unsteady
            .iter()
            .map(|(program, test)| format!("{program} {test}"));
        list(&mut text, "not steady, and not counted", unsteady.collect());
    }
    for without in trial.of.without {
        text += &format!(
            "  left out: test program {}: {}\n",
            without.program, without.why
        );
    }
    if !text.is_empty() {
        text.insert_str(0, &format!("{}:\n", trial.of.folder()));
    }
    text
}

fn word(end: Option<End>) -> &'static str {
    match end {
        None => "not there",
        Some(End::Passed) => "passed",
        Some(End::Failed) => "failed",
        Some(End::Ignored) => "ignored",
        Some(End::Lost) => "did not end",
    }
}
