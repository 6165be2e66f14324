//! Texts in which Prometheus replaces what stands between double braces.

use std::fmt::Write as _;

use super::promql::{Expr, Target, quoted};

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
    pub(super) fn value(mut self, query: &Expr, format: &str, otherwise: &str) -> Self {
        let pattern = quoted(&query.print(Target::Pattern));
        let labels: Vec<_> = query
            .alert_labels()
            .iter()
            .map(|label| format!(" $labels.{label}"))
            .collect();
        // Never fails on a `String`.
        let _ = write!(
            self.0,
            "{{{{ with printf {pattern}{} | query }}}}{{{{ . | first | value | {format} }}}}{{{{ else }}}}{}{{{{ end }}}}",
            labels.concat(),
            literal(otherwise)
        );
        self
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// Text that a template puts out as it is.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        // A brace at the end could meet one of what follows.
        if c == '{' && matches!(chars.peek(), None | Some('{')) {
            out.push_str("{{\"{\"}}");
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn braces_are_text() {
        assert_eq!(literal("a {b}"), "a {b}");
        assert_eq!(literal("{{ x }}"), r#"{{"{"}}{ x }}"#);
        assert_eq!(literal("{{{"), r#"{{"{"}}{{"{"}}{{"{"}}"#);
    }
}
