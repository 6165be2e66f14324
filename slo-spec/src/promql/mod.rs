//! PromQL expressions as values, which their `Display` formats. Needs feature `promql`.
//!
//! An [`Expr`] consists of [`Selector`]s, numbers, texts, calls and operators. The names of metrics
//! and labels are validated, the values of labels are escaped, and parentheses are written where
//! they are needed.

pub(crate) mod braces;
mod print;
#[cfg(feature = "rules")]
mod rules;
mod selector;
mod strings;
mod window;

#[cfg(feature = "rules")]
pub(crate) use self::{
    print::Target,
    selector::{Test, is_name},
    strings::{quoted, quoted_with},
};
pub use self::{
    selector::{Matcher, Samples, Selector, SelectorError},
    window::{Window, WindowError},
};
use crate::Decimal;

/// PromQL expression.
///
/// ```
/// use slo_spec::promql::{Expr, Selector, Window};
///
/// let errors = Selector::new("http_requests_total")?.equal("code", "500")?;
/// let rate = Expr::rate(errors, Window::minutes(5)).sum_by(["job"]);
/// assert_eq!(
///     rate.to_string(),
///     r#"sum by (job) (rate(http_requests_total{code="500"}[5m]))"#
/// );
/// # Ok::<(), slo_spec::promql::SelectorError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// Newest values of series.
    Instant(Selector),
    /// Values of series at an earlier time.
    Offset(Selector, Window),
    /// Values of series over a window, for a function.
    Range(Selector, Window),
    /// Values of series over a window (the first one), at steps (the second one): a subquery.
    Resampled(Selector, Window, Window),
    /// Number, written in decimals.
    Number(Decimal),
    /// String, for a function such as `label_replace`.
    Text(String),
    /// Function with its arguments.
    Call(&'static str, Vec<Expr>),
    /// Aggregation, such as a sum.
    Aggregate {
        /// Name of the aggregation: `sum`, `topk` and so on.
        operator: &'static str,
        /// First argument of `topk` and similar aggregations.
        parameter: Option<Decimal>,
        /// Labels that are kept.
        by: Vec<String>,
        /// Expression whose series are aggregated.
        of: Box<Expr>,
    },
    /// Two expressions, joined by an operator.
    Binary {
        /// Operator between the expressions.
        operator: Operator,
        /// Labels that must be equal on both sides.
        matching: Matching,
        /// Expression before the operator.
        left: Box<Expr>,
        /// Expression after the operator.
        right: Box<Expr>,
    },
}

/// Labels by which series of two expressions are matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matching {
    /// Series match if all their labels are equal.
    All,
    /// Only these labels.
    On(Vec<String>),
    /// All labels except these.
    Ignoring(Vec<String>),
}

/// Operator between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `or`: the left series, and the right series without a match on the left.
    Or,
    /// `and`: the left series with a match on the right.
    And,
    /// `unless`: the left series without a match on the right.
    Unless,
    /// `<`: the left series with a value below the right one.
    Less,
    /// `<=`: the left series with a value of at most the right one.
    AtMost,
    /// `>`: the left series with a value above the right one.
    Greater,
    /// `>=`: the left series with a value of at least the right one.
    AtLeast,
    /// `+`: the sum.
    Plus,
    /// `-`: the difference.
    Minus,
    /// `*`: the product.
    Multiply,
    /// `/`: the quotient.
    Divide,
}

impl Expr {
    /// Returns `rate(selector[window])`, per second.
    pub fn rate(selector: Selector, window: Window) -> Self {
        Self::Call("rate", vec![Self::Range(selector, window)])
    }

    /// Returns an integer.
    pub fn integer(n: u64) -> Self {
        Self::Number(Decimal::new(n, 0))
    }

    /// Returns `sum(self)`.
    #[must_use]
    pub fn sum(self) -> Self {
        self.sum_by([""; 0])
    }

    /// Returns `sum by (labels) (self)`.
    #[must_use]
    pub fn sum_by<S: Into<String>>(self, labels: impl IntoIterator<Item = S>) -> Self {
        self.aggregate("sum", None, labels)
    }

    /// Returns `topk(n, self)`.
    #[must_use]
    pub fn topk(self, n: u64) -> Self {
        self.aggregate("topk", Some(Decimal::new(n, 0)), [""; 0])
    }

    /// Returns an aggregation by the name of its operator.
    #[must_use]
    pub fn aggregate<S: Into<String>>(
        self,
        operator: &'static str,
        parameter: Option<Decimal>,
        labels: impl IntoIterator<Item = S>,
    ) -> Self {
        Self::Aggregate {
            operator,
            parameter,
            by: labels.into_iter().map(Into::into).collect(),
            of: Box::new(self),
        }
    }

    /// Returns `histogram_quantile(quantile, self)`.
    ///
    /// `self` has native histograms, or classic buckets with their label `le`.
    #[must_use]
    pub fn histogram_quantile(self, quantile: Decimal) -> Self {
        Self::Call("histogram_quantile", vec![quantile.into(), self])
    }

    /// Returns `max by (labels) (self)`.
    #[must_use]
    pub fn max_by<S: Into<String>>(self, labels: impl IntoIterator<Item = S>) -> Self {
        self.aggregate("max", None, labels)
    }

    /// Returns `group by (labels) (self)`.
    #[must_use]
    pub fn group_by<S: Into<String>>(self, labels: impl IntoIterator<Item = S>) -> Self {
        self.aggregate("group", None, labels)
    }

    /// Returns `self operator right`, which matches series with equal labels.
    #[must_use]
    pub fn join(self, operator: Operator, right: Self) -> Self {
        self.join_matching(operator, Matching::All, right)
    }

    /// Returns `self operator on (labels) right`.
    #[must_use]
    pub fn join_on(self, operator: Operator, labels: &[String], right: Self) -> Self {
        self.join_matching(operator, Matching::On(labels.to_vec()), right)
    }

    /// Returns `self operator matching right`.
    #[must_use]
    pub fn join_matching(self, operator: Operator, matching: Matching, right: Self) -> Self {
        Self::Binary {
            operator,
            matching,
            left: Box::new(self),
            right: Box::new(right),
        }
    }
}

impl From<Selector> for Expr {
    fn from(selector: Selector) -> Self {
        Self::Instant(selector)
    }
}

impl From<Decimal> for Expr {
    fn from(number: Decimal) -> Self {
        Self::Number(number)
    }
}
