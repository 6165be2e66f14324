//! Texts in which Prometheus replaces what stands between double braces.

use std::fmt::Write as _;

use super::{
    braces::literal,
    promql::{Expr, Target, quoted},
};

/// A text for an annotation: what is data stays data.
#[derive(Clone, Debug, Default)]
pub(super) struct Template(String);

impl Template {
    /// Text, whatever is in it.
    pub(super) fn text(mut self, text: &str) -> Self {
        self.0.push_str(&literal(text));
        self
    }

    /// What Prometheus shall put there, without its braces.
    pub(super) fn action(mut self, action: &str) -> Self {
        self.0.push_str("{{ ");
        self.0.push_str(action);
        self.0.push_str(" }}");
        self
    }

    /// The text of a query, with the alert's labels in it.
    pub(super) fn query(mut self, query: &Expr) -> Self {
        self.0.push_str(&query.print(Target::Template));
        self
    }

    /// The value of a query with the alert's labels in it, through `format`, or
    /// `otherwise`.
    pub(super) fn value(self, query: &Expr, format: &str, otherwise: &str) -> Self {
        self.with(query)
            .action(&format!(". | first | value | {format}"))
            .action("else")
            .text(otherwise)
            .action("end")
    }

    /// Begins what is there only if a query with the alert's labels in it has a
    /// result, which is `.` until `else` or `end`.
    pub(super) fn with(mut self, query: &Expr) -> Self {
        let pattern = quoted(&query.print(Target::Pattern));
        let labels: Vec<_> = query
            .alert_labels()
            .iter()
            .map(|label| format!(" $labels.{label}"))
            .collect();
        // Never fails on a `String`.
        let _ = write!(
            self.0,
            "{{{{ with printf {pattern}{} | query }}}}",
            labels.concat()
        );
        self
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}
