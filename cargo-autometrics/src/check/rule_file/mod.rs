//! Whether a rule file on disk is what the program says now.

use std::{collections::BTreeSet, fs, path::Path};

use similar::TextDiff;
use slo_spec::rules::{RuleFile, Slo};

use super::{Finding, Place};
use crate::{
    Error,
    error::Kind,
    rules::{self, Generation, Shape},
};

/// How many lines of a difference are shown.
const LINES: usize = 60;

pub(super) fn check(
    path: &Path,
    file: &RuleFile,
    generation: &Generation,
    slos: &[Slo],
) -> Result<Vec<Finding>, Error> {
    let found = fs::read_to_string(path).map_err(|source| Kind::Read {
        path: path.to_owned(),
        source,
    })?;
    // A checkout on Windows may have turned line ends.
    let found = found.replace("\r\n", "\n");
    let expected = rules::write(file, generation, &Shape::of(&found));
    let shown = path.display().to_string().replace('\\', "/");
    let mut findings = orphans(&found, &shown, slos);
    if found != expected {
        findings.push(difference(&found, &expected, &shown, generation));
    }
    Ok(findings)
}

fn difference(found: &str, expected: &str, path: &str, generation: &Generation) -> Finding {
    let diff = TextDiff::from_lines(found, expected);
    let equal = |(one, other): &(&str, &str)| one == other;
    let line = found
        .lines()
        .zip(expected.lines())
        .take_while(equal)
        .count()
        + 1;
    let typed = generation.typed();
    let space = if typed.is_empty() { "" } else { " " };
    let mut message = format!(
        "{path} is not what the program says now: write it again with \
         `cargo autometrics rules{space}{typed} -o {path}`"
    );
    if found.lines().next() != expected.lines().next() && line == 1 {
        message.push_str("; it was made with other options, which its first line names");
    }
    let mut finding = Finding::error(
        "rules-differ",
        Some(Place {
            file: path.to_owned(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
        }),
        message,
    );
    let unified = diff.unified_diff().context_radius(2).to_string();
    let all = unified.lines().count();
    let mut shown: Vec<&str> = unified.lines().take(LINES).collect();
    let more = format!("… and {} more lines", all.saturating_sub(LINES));
    if all > LINES {
        shown.push(&more);
    }
    finding.detail = shown.join("\n");
    finding
}

/// Objectives that only the file knows.
fn orphans(text: &str, path: &str, slos: &[Slo]) -> Vec<Finding> {
    let known: BTreeSet<&str> = slos.iter().map(|slo| slo.name.as_str()).collect();
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let Some(name) = objective(text) else {
            continue;
        };
        if !known.contains(name.as_str()) && seen.insert(name.clone()) {
            findings.push(Finding::error(
                "objective-without-function",
                Some(Place {
                    file: path.to_owned(),
                    line,
                }),
                format!(
                    "no function belongs to objective `{name}` any more: its rules watch nothing"
                ),
            ));
        }
    }
    findings
}

/// The name in a line `objective_name: NAME`, of YAML or JSON.
fn objective(line: &str) -> Option<String> {
    let line = line.trim().trim_end_matches(',');
    let key = autometrics_schema::label::OBJECTIVE_NAME;
    let rest = line.strip_prefix('"').unwrap_or(line).strip_prefix(key)?;
    let value = rest.strip_prefix('"').unwrap_or(rest).strip_prefix(": ")?;
    if value.starts_with('"') {
        serde_json::from_str(value).ok()
    } else {
        Some(value.to_owned())
    }
}
