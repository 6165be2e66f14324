//! Findings of `cargo autometrics check`, with their places.

/// Problem in a program or in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// File and line of the problem, if known.
    pub place: Option<Place>,
    /// Severity of the problem.
    pub level: Level,
    /// Kind of the finding, a word that stays the same in later versions.
    pub rule: &'static str,
    /// Description of the problem and of the remedy.
    pub message: String,
    /// Details in lines; may be empty.
    pub detail: String,
}

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Problem that must be fixed; the command fails.
    Error,
    /// Problem that may stay; the command fails with `--strict` only.
    Warning,
}

/// Line of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path of the file.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
}

/// Kinds of findings, with a description of each.
pub(super) const RULES: [(&str, &str); 9] = [
    (
        "ambiguous-objective",
        "different objectives with the same name",
    ),
    (
        "function-collision",
        "functions with the same module and name",
    ),
    (
        "name-needs-quotes",
        "a name that must be quoted in Prometheus or Alertmanager",
    ),
    (
        "objective-cannot-fail",
        "a success rate of functions that never return errors",
    ),
    (
        "objective-name",
        "a name that the Autometrics specification does not allow",
    ),
    (
        "objective-without-function",
        "an objective that no function belongs to",
    ),
    (
        "rules-differ",
        "a rule file differs from the generated rules",
    ),
    (
        "threshold-outside-buckets",
        "a threshold outside of the default latency buckets",
    ),
    (
        "unreliable-alert",
        "an alert that cannot fire, or does not fire as intended",
    ),
];

impl Finding {
    pub(super) fn error(rule: &'static str, place: Option<Place>, message: String) -> Self {
        Self {
            place,
            level: Level::Error,
            rule,
            message,
            detail: String::new(),
        }
    }

    pub(super) fn warning(rule: &'static str, place: Option<Place>, message: String) -> Self {
        Self {
            level: Level::Warning,
            ..Self::error(rule, place, message)
        }
    }
}

impl Level {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}
