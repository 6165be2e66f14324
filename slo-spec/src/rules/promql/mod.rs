//! PromQL as values: built here, printed in one place.

mod print;
mod selector;

pub use self::selector::{Matcher, Samples, Selector, SelectorError};
pub(super) use self::{
    print::{Target, quoted},
    selector::{Test, is_name},
};
use super::Window;
use crate::Decimal;

/// An expression.
///
/// ```
/// use slo_spec::rules::{Expr, Selector, Window};
///
/// let errors = Selector::new("http_requests_total")?.equal("code", "500")?;
/// let rate = Expr::rate(errors, Window::minutes(5)).sum_by(["job"]);
/// assert_eq!(
///     rate.to_string(),
///     r#"sum by (job) (rate(http_requests_total{code="500"}[5m]))"#
/// );
/// # Ok::<(), slo_spec::rules::SelectorError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// The newest values of series.
    Instant(Selector),
    /// Their values over a window, for a function.
    Range(Selector, Window),
    /// Their values over a window, at steps that are so far apart.
    Resampled(Selector, Window, Window),
    /// A number.
    Number(Decimal),
    /// A function of other expressions.
    Call(&'static str, Vec<Expr>),
    /// A sum or the like over all labels but some.
    Aggregate {
        /// `sum`, `topk` and so on.
        operator: &'static str,
        /// What `topk` and its like take first.
        parameter: Option<Decimal>,
        /// The labels that stay.
        by: Vec<String>,
        /// What is summed.
        of: Box<Expr>,
    },
    /// Two expressions, joined.
    Binary {
        /// How.
        operator: Operator,
        /// The only labels that must be equal, if not all.
        on: Option<Vec<String>>,
        /// What stands before the operator.
        left: Box<Expr>,
        /// What stands behind it.
        right: Box<Expr>,
    },
}

/// What joins two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The left ones, and what the right ones have besides.
    Or,
    /// The left ones that the right ones have, too.
    And,
    /// Only the left ones that are below.
    Less,
    /// Only the left ones that are at most as high.
    AtMost,
    /// Only the left ones that are above.
    Greater,
    /// Only the left ones that are at least as high.
    AtLeast,
    /// Sum.
    Plus,
    /// Difference.
    Minus,
    /// Product.
    Times,
    /// Quotient.
    Over,
}

impl Expr {
    /// `rate(selector[window])`: per second.
    pub fn rate(selector: Selector, window: Window) -> Self {
        Self::Call("rate", vec![Self::Range(selector, window)])
    }

    /// An integer.
    pub fn whole(n: u64) -> Self {
        Self::Number(Decimal::new(n, 0))
    }

    /// `sum by (labels) (self)`.
    #[must_use]
    pub fn sum_by<S: Into<String>>(self, labels: impl IntoIterator<Item = S>) -> Self {
        self.aggregate("sum", None, labels)
    }

    /// `topk(n, self)`.
    #[must_use]
    pub fn topk(self, n: u64) -> Self {
        self.aggregate("topk", Some(Decimal::new(n, 0)), [""; 0])
    }

    /// An aggregation by name.
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

    /// `self operator right`, where all labels are equal.
    #[must_use]
    pub fn join(self, operator: Operator, right: Self) -> Self {
        Self::Binary {
            operator,
            on: None,
            left: Box::new(self),
            right: Box::new(right),
        }
    }

    /// `self operator on (labels) right`.
    #[must_use]
    pub fn join_on(self, operator: Operator, labels: &[String], right: Self) -> Self {
        Self::Binary {
            operator,
            on: Some(labels.to_vec()),
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
