//! Something that is wrong, and where.

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where it is, if that is known.
    pub place: Option<Place>,
    /// How bad it is.
    pub level: Level,
    /// Which kind of finding it is: a word that stays the same.
    pub rule: &'static str,
    /// What is wrong, and what would be right.
    pub message: String,
    /// More about it, line by line.
    pub detail: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Must not stay.
    Error,
    /// Works, but not as one might expect.
    Warning,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// All kinds of findings, with what they are about.
pub(super) const RULES: [(&str, &str); 9] = [
    (
        "ambiguous-objective",
        "two objectives that differ have one name",
    ),
    ("function-collision", "two functions share module and name"),
    (
        "name-needs-quotes",
        "a name must be quoted in Prometheus or Alertmanager",
    ),
    (
        "objective-cannot-fail",
        "a success rate of functions whose values are never errors",
    ),
    (
        "objective-name",
        "a name that the Autometrics specification does not allow",
    ),
    (
        "objective-without-function",
        "an objective that no function belongs to",
    ),
    ("rules-differ", "a rule file is not what the program says"),
    (
        "threshold-outside-buckets",
        "a threshold is outside of the default latency buckets",
    ),
    (
        "unreliable-alert",
        "an alert that cannot fire, or not as it should",
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
