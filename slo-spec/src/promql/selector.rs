//! Selectors of series.

use std::fmt;

/// Selector of series: the name of a metric, and matchers of labels.
///
/// ```
/// use slo_spec::promql::Selector;
///
/// let fast = Selector::new("http_request_duration_seconds_bucket")?
///     .equal("job", "api")?
///     .one_of("le", ["1", "1.0"])?;
/// assert_eq!(
///     fast.to_string(),
///     r#"http_request_duration_seconds_bucket{job="api",le=~"1|1\\.0"}"#
/// );
/// # Ok::<(), slo_spec::promql::SelectorError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    pub(crate) metric: String,
    pub(crate) matchers: Vec<Matcher>,
}

/// Matcher of one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher {
    pub(crate) label: String,
    pub(crate) test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Equal(String),
    NotEqual(String),
    /// Equal to one of these values.
    OneOf(Vec<String>),
    /// Matching a regular expression.
    Matches {
        pattern: String,
        samples: Samples,
    },
    /// Not matching a regular expression.
    NotMatches {
        pattern: String,
        samples: Samples,
    },
    /// Equal to the alert's own value of this label; for annotations only.
    AsAlert(String),
}

/// Example values that a regular expression matches and does not match, as only Prometheus
/// evaluates it. The generated tests use them.
///
/// ```
/// use slo_spec::promql::{Samples, Selector};
///
/// let samples = Samples::of("500").excluding("200");
/// let bad = Selector::new("http_requests_total")?.matches("code", "5..", samples)?;
/// assert_eq!(bad.to_string(), r#"http_requests_total{code=~"5.."}"#);
/// # Ok::<(), slo_spec::promql::SelectorError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Samples {
    pub(crate) selected: String,
    pub(crate) left_out: Option<String>,
}

impl Samples {
    /// Creates samples with a value that is selected.
    pub fn of(selected: impl Into<String>) -> Self {
        Self {
            selected: selected.into(),
            left_out: None,
        }
    }

    /// Adds a value that is not selected.
    #[must_use]
    pub fn excluding(mut self, left_out: impl Into<String>) -> Self {
        self.left_out = Some(left_out.into());
        self
    }
}

/// Error for a name that no metric, or no label, can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectorError(String);

impl Selector {
    /// Selects all series of a metric.
    ///
    /// # Errors
    ///
    /// Returns an error if Prometheus 2 would need the name in quotes. A valid name consists of
    /// letters, digits, `_` and `:`, and does not begin with a digit.
    pub fn new(metric: &str) -> Result<Self, SelectorError> {
        if !is_name(metric, true) {
            return Err(SelectorError(format!(
                "`{metric}` is not the name of a metric: expected letters, digits, `_` and `:`, not beginning with a digit"
            )));
        }
        Ok(Self {
            metric: metric.to_owned(),
            matchers: Vec::new(),
        })
    }

    /// Selects series with `label` equal to `value`.
    ///
    /// # Errors
    ///
    /// Returns an error if `label` is not a valid name of a label; so do the other matchers.
    pub fn equal(self, label: &str, value: &str) -> Result<Self, SelectorError> {
        self.with(label, Test::Equal(value.to_owned()))
    }

    /// Selects series with `label` not equal to `value`.
    ///
    /// # Errors
    ///
    /// Returns an error as [`equal`](Self::equal) does.
    pub fn not_equal(self, label: &str, value: &str) -> Result<Self, SelectorError> {
        self.with(label, Test::NotEqual(value.to_owned()))
    }

    /// Selects series with `label` equal to one of `values`.
    ///
    /// # Errors
    ///
    /// Returns an error as [`equal`](Self::equal) does.
    pub fn one_of<S: Into<String>>(
        self,
        label: &str,
        values: impl IntoIterator<Item = S>,
    ) -> Result<Self, SelectorError> {
        let mut values: Vec<String> = values.into_iter().map(Into::into).collect();
        let mut seen = Vec::new();
        values.retain(|value| {
            let is_new = !seen.contains(value);
            seen.push(value.clone());
            is_new
        });
        match values.as_slice() {
            [one] => self.equal(label, one),
            _ => self.with(label, Test::OneOf(values)),
        }
    }

    /// Selects series with `label` matching a regular expression of Prometheus.
    ///
    /// # Errors
    ///
    /// Returns an error as [`equal`](Self::equal) does.
    pub fn matches(
        self,
        label: &str,
        pattern: &str,
        samples: Samples,
    ) -> Result<Self, SelectorError> {
        let pattern = pattern.to_owned();
        self.with(label, Test::Matches { pattern, samples })
    }

    /// Selects series with `label` not matching a regular expression of Prometheus.
    ///
    /// # Errors
    ///
    /// Returns an error as [`equal`](Self::equal) does.
    pub fn not_matches(
        self,
        label: &str,
        pattern: &str,
        samples: Samples,
    ) -> Result<Self, SelectorError> {
        let pattern = pattern.to_owned();
        self.with(label, Test::NotMatches { pattern, samples })
    }

    /// Selects series with the alert's own value of `label`, for queries in annotations.
    ///
    /// # Errors
    ///
    /// Returns an error as [`equal`](Self::equal) does.
    pub fn as_alert(self, label: &str) -> Result<Self, SelectorError> {
        self.with(label, Test::AsAlert(label.to_owned()))
    }

    /// Returns the name of the metric.
    pub fn metric(&self) -> &str {
        &self.metric
    }

    fn with(mut self, label: &str, test: Test) -> Result<Self, SelectorError> {
        if !is_name(label, false) {
            return Err(SelectorError(format!(
                "`{label}` is not the name of a label: expected letters, digits and `_`, not beginning with a digit"
            )));
        }
        self.matchers.push(Matcher {
            label: label.to_owned(),
            test,
        });
        Ok(self)
    }
}

/// Returns `true` if Prometheus accepts `text` as a name without quotes; `colons` allows `:`.
pub(crate) fn is_name(text: &str, colons: bool) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_' || colons && c == ':';
    let mut chars = text.chars();
    chars.next().is_some_and(letter) && chars.all(|c| letter(c) || c.is_ascii_digit())
}

impl fmt::Display for SelectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SelectorError {}
