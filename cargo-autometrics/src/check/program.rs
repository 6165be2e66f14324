//! Checks of the functions and objectives of a program.

use std::{collections::BTreeSet, path::Path};

use autometrics_schema::{DEFAULT_BUCKETS, record::Returns};
use slo_spec::Cancelled;
use slo_spec::rules::{Slo, Warning};

use super::{Finding, Place};
use crate::program::{self, Function, Objective, Program};

/// Finds problems of the functions and objectives themselves.
pub(super) fn check(program: &Program) -> Vec<Finding> {
    let objectives = program.objectives();
    let mut findings = ambiguous(&objectives);
    findings.extend(collisions(program));
    for (objective, functions) in &objectives {
        findings.extend(threshold(objective, functions));
        findings.extend(name(objective, functions));
        findings.extend(quotes(objective, functions));
        findings.extend(infallible(objective, functions));
    }
    findings
}

/// Converts the warnings of the generator. Each is placed at the first function of its objective.
pub(super) fn warnings(program: &Program, warnings: &[Warning]) -> Vec<Finding> {
    let objectives = program.objectives();
    let place_of = |name: &str| {
        let (_, functions) = objectives
            .iter()
            .find(|(objective, _)| objective.name == name)?;
        functions.first().map(|function| place(function))
    };
    let finding = |warning: &Warning| {
        Finding::warning(
            "unreliable-alert",
            place_of(&warning.slo),
            warning.to_string(),
        )
    };
    warnings.iter().map(finding).collect()
}

/// Finds objectives in a file that no function of the program belongs to.
pub(super) fn objectives_without_functions(
    program: &Program,
    slos: &[Slo],
    file: &Path,
) -> Vec<Finding> {
    let known: BTreeSet<&str> = program
        .objectives()
        .iter()
        .map(|(objective, _)| objective.name.as_str())
        .collect();
    let without = slos.iter().filter(|slo| !known.contains(slo.name.as_str()));
    without
        .map(|slo| {
            Finding::error(
                "objective-without-function",
                Some(Place {
                    file: file.display().to_string().replace('\\', "/"),
                    line: 1,
                }),
                format!(
                    "no function belongs to objective `{}`: no calls are counted for it",
                    slo.name
                ),
            )
        })
        .collect()
}

type Known<'a> = (&'a Objective, Vec<&'a Function>);

fn ambiguous(objectives: &[Known<'_>]) -> Vec<Finding> {
    let pairs = objectives
        .windows(2)
        .filter(|pair| pair[0].0.name == pair[1].0.name);
    pairs
        .map(|pair| {
            let (one, other) = (pair[0].1[0], pair[1].1[0]);
            let mut finding = Finding::error(
                "ambiguous-objective",
                Some(place(other)),
                format!(
                    "objective `{}` of `{other}` differs from that of `{one}`: \
                     give one of them another name, or use one constant",
                    pair[0].0.name
                ),
            );
            finding.detail = format!(
                "{}:{} {}\n{}:{} {}",
                one.file,
                one.line,
                described(pair[0].0),
                other.file,
                other.line,
                described(pair[1].0)
            );
            finding
        })
        .collect()
}

/// Returns a text such as `99.9 % succeed, 99 % within 180ms, over 30d, owner payments`.
fn described(objective: &Objective) -> String {
    let mut parts = Vec::new();
    if let Some(percent) = objective.success {
        parts.push(format!("{percent} % succeed"));
    }
    if let Some(latency) = objective.latency {
        parts.push(format!(
            "{} % within {:?}",
            latency.percent(),
            latency.threshold()
        ));
    }
    parts.push(format!("over {}d", objective.period_days));
    if objective.cancelled != Cancelled::Bad {
        let cancelled = program::cancelled(objective.cancelled);
        parts.push(format!("cancelled calls {cancelled}"));
    }
    for (what, text) in [("owner", &objective.owner), ("runbook", &objective.runbook)] {
        if let Some(text) = text {
            parts.push(format!("{what} {text}"));
        }
    }
    parts.join(", ")
}

fn collisions(program: &Program) -> Vec<Finding> {
    let groups = program.collisions().filter(|group| group[0].collides());
    groups
        .flat_map(|group| {
            let first = &group[0];
            group[1..].iter().map(move |function| {
                Finding::warning(
                    "function-collision",
                    Some(place(function)),
                    format!(
                        "`{}::{}` is also at {}:{}: metrics distinguish them by file and line, which change with \
                         edits; give one a `name = \"…\"`",
                        function.module,
                        function.name,
                        first.file,
                        first.line
                    ),
                )
            })
        })
        .collect()
}

fn threshold(objective: &Objective, functions: &[&Function]) -> Option<Finding> {
    let threshold = objective.latency?.threshold();
    let (lowest, highest) = (
        DEFAULT_BUCKETS[0],
        DEFAULT_BUCKETS[DEFAULT_BUCKETS.len() - 1],
    );
    let seconds = threshold.as_secs_f64();
    let (word, bound) = if seconds < lowest {
        ("below", lowest)
    } else if seconds > highest {
        ("above", highest)
    } else {
        return None;
    };
    Some(Finding::warning(
        "threshold-outside-buckets",
        functions.first().map(|function| place(function)),
        format!(
            "objective `{}` has a threshold of {threshold:?}, which is {word} all default buckets ({bound} s): \
             the objective works, because its threshold is a bucket, but quantiles near it are inaccurate; set \
             `Settings::buckets` to bounds around it",
            objective.name
        ),
    ))
}

/// Finds a name that the Autometrics specification does not allow.
fn name(objective: &Objective, functions: &[&Function]) -> Option<Finding> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_ ".contains(c);
    let name = &objective.name;
    if name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(plain) {
        return None;
    }
    Some(Finding::warning(
        "objective-name",
        functions.first().map(|function| place(function)),
        format!(
            "objective `{name}` has a name that the Autometrics specification does not allow, and that other tools \
             may refuse: begin with a letter or digit, and use letters, digits, `-`, `_` and spaces"
        ),
    ))
}

fn quotes(objective: &Objective, functions: &[&Function]) -> Option<Finding> {
    let owner = objective.owner.as_ref()?;
    needs_quotes(owner).then(|| {
        Finding::warning(
            "name-needs-quotes",
            functions.first().map(|function| place(function)),
            format!(
                "owner `{owner}` must be quoted in Alertmanager's matchers and in shells: \
                 letters, digits, `-`, `_`, `.` and `/` need no quotes"
            ),
        )
    })
}

/// Finds a success rate that no returned value can violate.
///
/// The usual cause is an attribute above `#[instrument_fn]`: one for roles, for example, wraps the
/// result of a handler in a response, whose type does not tell errors.
fn infallible(objective: &Objective, functions: &[&Function]) -> Option<Finding> {
    let target = objective.success?;
    let fails =
        |function: &&Function| !matches!(function.returns, Returns::Other | Returns::Option);
    if functions.iter().any(fails) {
        return None;
    }
    let is_async = functions.iter().any(|function| function.asynchronous);
    let bad = match objective.cancelled {
        Cancelled::Bad if is_async => "panics and cancelled calls",
        _ => "panics",
    };
    let mut finding = Finding::warning(
        "objective-cannot-fail",
        functions.first().map(|function| place(function)),
        format!(
            "objective `{}` has the target that {target} % of calls succeed, but none of its functions returns a value \
             that can be an error: only {bad} are bad. If an attribute above `#[instrument_fn]` changes the return \
             type, move `#[instrument_fn]` above it; otherwise return a `Result`, or define success with `ok_if`",
            objective.name
        ),
    );
    let lines = functions.iter().map(|function| {
        let (file, line) = (&function.file, function.line);
        format!("{file}:{line} {function}")
    });
    finding.detail = lines.collect::<Vec<_>>().join("\n");
    Some(finding)
}

fn needs_quotes(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    !name.chars().all(plain)
}

fn place(function: &Function) -> Place {
    Place {
        file: function.file.clone(),
        line: function.line,
    }
}
