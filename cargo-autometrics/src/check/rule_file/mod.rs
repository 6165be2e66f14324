//! Comparison of a rule file with the rules that the program generates now, by meaning.

mod comparison;
mod document;
mod format;
mod meaning;

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, fmt::Write as _, path::Path};

use slo_spec::rules::{RuleFile, Slo};

use self::{
    comparison::{Difference, compare},
    document::{Document, Unreadable, read},
    format::detect_format,
};
use super::{Finding, Place};
use crate::{
    Error,
    artifact::Selection,
    input::read_text,
    rules::{self, FormatOptions, Generation},
    shell,
};

/// Maximum number of lines of differences that are shown.
const LINES: usize = 60;

/// Options of the whole command; a command that writes the file again needs the same.
pub(super) struct Options<'a> {
    pub(super) generation: &'a Generation,
    pub(super) selection: &'a Selection,
}

pub(super) fn check(
    path: &Path,
    file: &RuleFile,
    options: &Options<'_>,
    slos: &[Slo],
) -> Result<Vec<Finding>, Error> {
    let text = read_text(path)?;
    let shown = path.display().to_string().replace('\\', "/");
    let mut found = match read(&text) {
        Ok(found) => found,
        Err(Unreadable { line, reason }) => {
            let command = options.command(&detect_format(&text, &[]), &shown);
            return Ok(vec![Finding::error(
                "rules-differ",
                Some(Place {
                    file: shown.clone(),
                    line,
                }),
                format!("{shown} is no rule file: {reason}; write it with `{command}`"),
            )]);
        }
    };
    // The file may hold other Kubernetes objects, too.
    found.retain(Document::holds_rules);
    let format_options = detect_format(&text, &found);
    let expected = rules::write(file, options.generation, &format_options);
    let command = options.command(&format_options, &shown);
    let mut findings = objectives_without_functions(&found, &shown, slos);
    // Generated rules can always be read; otherwise every rule would be reported.
    let differences = compare(&found, &read(&expected).unwrap_or_default());
    if let Some(first) = differences.iter().map(|difference| difference.line).min() {
        let mut message =
            format!("{shown} is not what the program says now: write it again with `{command}`");
        if let Some(made) = made_with_other_options(&text, &expected) {
            let _ = write!(
                message,
                "; it was made by `{made}`: give `check` these options if they are right"
            );
        }
        let place = Place {
            file: shown,
            line: first,
        };
        let mut finding = Finding::error("rules-differ", Some(place), message);
        finding.detail = detail(&differences);
        findings.push(finding);
    }
    Ok(findings)
}

impl Options<'_> {
    /// Returns the command that writes the file again, as it is typed.
    fn command(&self, format_options: &FormatOptions, path: &str) -> String {
        let mut command = "cargo autometrics rules".to_owned();
        let parts = [
            self.generation.typed(),
            format_options.typed(),
            self.selection.typed(),
            format!("-o {}", shell::word(path)),
        ];
        for part in parts.iter().filter(|part| !part.is_empty()) {
            command.push(' ');
            command.push_str(part);
        }
        command
    }
}

/// Returns the command in the first line of a file, if the expected file has another one there.
fn made_with_other_options<'a>(found: &'a str, expected: &str) -> Option<&'a str> {
    let made = command_in_header(found)?;
    (Some(made) != command_in_header(expected)).then_some(made)
}

fn command_in_header(text: &str) -> Option<&str> {
    let header = text.lines().next()?.strip_prefix('#')?;
    let (_, command) = header.split_once("`cargo autometrics rules")?;
    let start = header.len() - command.len() - "cargo autometrics rules".len();
    let (command, _) = header[start..].split_once('`')?;
    Some(command)
}

fn detail(differences: &[Difference]) -> String {
    let mut lines = Vec::new();
    for (i, difference) in differences.iter().enumerate() {
        let mut some = vec![difference.subject.clone()];
        if let Some((found, expected)) = &difference.values {
            some.push(format!("  - {found}"));
            some.push(format!("  + {expected}"));
        }
        if lines.len() + some.len() > LINES {
            lines.push(format!("… and {} more differences", differences.len() - i));
            break;
        }
        lines.extend(some);
    }
    lines.join("\n")
}

/// Finds objectives of the rules in the file that no function belongs to.
fn objectives_without_functions(documents: &[Document], path: &str, slos: &[Slo]) -> Vec<Finding> {
    let known: BTreeSet<&str> = slos.iter().map(|slo| slo.name.as_str()).collect();
    let label = format!("labels.{}", autometrics_schema::label::OBJECTIVE_NAME);
    let mut seen = BTreeSet::new();
    let groups = documents.iter().flat_map(|document| &document.groups);
    groups
        .flat_map(|group| &group.rules)
        .filter_map(|rule| rule.fields.get(&label))
        .filter(|name| !known.contains(name.text.as_str()) && seen.insert(name.text.as_str()))
        .map(|name| {
            Finding::error(
                "objective-without-function",
                Some(Place {
                    file: path.to_owned(),
                    line: name.line,
                }),
                format!(
                    "no function belongs to objective `{}` any more: its rules watch nothing",
                    name.text
                ),
            )
        })
        .collect()
}
