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
        /// The first argument of `topk` and the like.
        parameter: Option<Decimal>,
        /// The labels that stay.
        by: Vec<String>,
        /// The aggregated expression.
        of: Box<Expr>,
    },
    /// Two expressions, joined.
    Binary {
        /// How.
        operator: Operator,
        /// The labels that must be equal on both sides.
        matching: Matching,
        /// The expression before the operator.
        left: Box<Expr>,
        /// The expression behind the operator.
        right: Box<Expr>,
    },
}

/// The labels by which series of two expressions are paired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matching {
    /// All labels.
    All,
    /// Only these labels.
    On(Vec<String>),
    /// All labels but these.
    Ignoring(Vec<String>),
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The left ones, and what the right ones have besides.
    Or,
    /// The left ones that the right ones have, too.
    And,
    /// The left ones that the right ones do not have.
    Unless,
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

    /// `max by (labels) (self)`.
    #[must_use]
    pub fn max_by<S: Into<String>>(self, labels: impl IntoIterator<Item = S>) -> Self {
        self.aggregate("max", None, labels)
    }

    /// `group by (labels) (self)`.
    #[must_use]
    pub fn group_by<S: Into<String>>(self, labels: impl IntoIterator<Item = S>) -> Self {
        self.aggregate("group", None, labels)
    }

    /// `self operator right`, where all labels are equal.
    #[must_use]
    pub fn join(self, operator: Operator, right: Self) -> Self {
        self.join_matching(operator, Matching::All, right)
    }

    /// `self operator on (labels) right`.
    #[must_use]
    pub fn join_on(self, operator: Operator, labels: &[String], right: Self) -> Self {
        self.join_matching(operator, Matching::On(labels.to_vec()), right)
    }

    /// `self operator matching right`.
    #[must_use]
    pub fn join_matching(self, operator: Operator, matching: Matching, right: Self) -> Self {
        Self::Binary {
            operator,
            matching,
            left: Box::new(self),
            right: Box::new(right),
        }
    }

    /// Calls `change` with every selector of the expression.
    pub(super) fn each_selector(&mut self, change: &mut dyn FnMut(&mut Selector)) {
        match self {
            Self::Instant(selector) | Self::Range(selector, _) | Self::Resampled(selector, ..) => {
                change(selector);
            }
            Self::Number(_) => {}
            Self::Call(_, arguments) => {
                for argument in arguments {
                    argument.each_selector(change);
                }
            }
            Self::Aggregate { of, .. } => of.each_selector(change),
            Self::Binary { left, right, .. } => {
                left.each_selector(change);
                right.each_selector(change);
            }
        }
    }

    /// Returns the longest window over which the expression reads samples.
    pub(super) fn longest_range(&self) -> Option<Window> {
        match self {
            Self::Range(_, window) | Self::Resampled(_, window, _) => Some(*window),
            Self::Instant(_) | Self::Number(_) => None,
            Self::Call(_, arguments) => arguments.iter().filter_map(Self::longest_range).max(),
            Self::Aggregate { of, .. } => of.longest_range(),
            Self::Binary { left, right, .. } => left.longest_range().max(right.longest_range()),
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
