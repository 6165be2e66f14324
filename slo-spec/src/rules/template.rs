//! Annotation texts, in which Prometheus expands everything between double braces.

use std::fmt::Write as _;

use crate::promql::{Expr, Target, braces::literal, quoted};

/// Text for an annotation, in which data is never expanded.
#[derive(Clone, Debug, Default)]
pub(super) struct Template(String);

impl Template {
    /// Adds text, with its braces escaped.
    pub(super) fn text(mut self, text: &str) -> Self {
        self.0.push_str(&literal(text));
        self
    }

    /// Adds an action that Prometheus expands, given without its braces.
    pub(super) fn action(mut self, action: &str) -> Self {
        self.0.push_str("{{ ");
        self.0.push_str(action);
        self.0.push_str(" }}");
        self
    }

    /// Adds the text of a query, with the alert's labels in it.
    pub(super) fn query(mut self, query: &Expr) -> Self {
        self.0.push_str(&query.print(Target::Template));
        self
    }

    /// Adds the value of `.` as one word for a shell.
    pub(super) fn shell_word(self) -> Self {
        // A single quote ends the quoted part, is escaped, and begins the next part.
        self.text("'")
            .action(r#"reReplaceAll "'" "'\\''" ."#)
            .text("'")
    }

    /// Adds the value of a query with the alert's labels in it, formatted by `format`, or
    /// `otherwise` if there is no value.
    pub(super) fn value(self, query: &Expr, format: &str, otherwise: &str) -> Self {
        self.with(query)
            .action(&format!(". | first | value | {format}"))
            .action("else")
            .text(otherwise)
            .action("end")
    }

    /// Begins a part that is shown only if a query with the alert's labels in it has a result. The
    /// result is `.` until `else` or `end`.
    pub(super) fn with(mut self, query: &Expr) -> Self {
        let pattern = quoted(&query.print(Target::Pattern));
        let labels: Vec<_> = query
            .alert_labels()
            .iter()
            .map(|label| format!(" $labels.{label}"))
            .collect();
        // Writing to a `String` never fails.
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

/// Quotes `word` for a shell, as [`Template::shell_word`] does.
pub(super) fn single_quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
