//! Parts that only the generation of rules needs: annotations, and changes of expressions.

use super::{
    Expr, Matcher, Selector, Window,
    print::{Printer, Target},
    selector::Test,
};

impl Expr {
    pub(crate) fn print(&self, target: Target) -> String {
        let mut out = String::new();
        // Writing to a `String` never fails.
        let _ = Printer {
            out: &mut out,
            target,
            inside: false,
        }
        .expression(self);
        out
    }

    /// Returns the labels of [`Test::AsAlert`], in the order in which they are printed.
    pub(crate) fn alert_labels(&self) -> Vec<&str> {
        match self {
            Self::Instant(selector)
            | Self::Offset(selector, _)
            | Self::Range(selector, _)
            | Self::Resampled(selector, ..) => selector
                .matchers
                .iter()
                .filter_map(|matcher| match &matcher.test {
                    Test::AsAlert(label) => Some(label.as_str()),
                    _ => None,
                })
                .collect(),
            Self::Number(_) | Self::Text(_) => Vec::new(),
            Self::Call(_, of) => of.iter().flat_map(Self::alert_labels).collect(),
            Self::Aggregate { of, .. } => of.alert_labels(),
            Self::Binary { left, right, .. } => {
                [left.alert_labels(), right.alert_labels()].concat()
            }
        }
    }

    /// Calls `change` with every selector of the expression.
    pub(crate) fn each_selector(&mut self, change: &mut dyn FnMut(&mut Selector)) {
        match self {
            Self::Instant(selector)
            | Self::Offset(selector, _)
            | Self::Range(selector, _)
            | Self::Resampled(selector, ..) => {
                change(selector);
            }
            Self::Number(_) | Self::Text(_) => {}
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
    pub(crate) fn longest_range(&self) -> Option<Window> {
        match self {
            Self::Offset(_, window) | Self::Range(_, window) | Self::Resampled(_, window, _) => {
                Some(*window)
            }
            Self::Instant(_) | Self::Number(_) | Self::Text(_) => None,
            Self::Call(_, arguments) => arguments.iter().filter_map(Self::longest_range).max(),
            Self::Aggregate { of, .. } => of.longest_range(),
            Self::Binary { left, right, .. } => left.longest_range().max(right.longest_range()),
        }
    }
}

impl Selector {
    /// Creates a selector from names that are constants of this crate, or were validated before.
    pub(crate) fn known(metric: String, labels: &[(String, String)]) -> Self {
        let matcher = |(label, value): &(String, String)| Matcher {
            label: label.clone(),
            test: Test::Equal(value.clone()),
        };
        Self {
            metric,
            matchers: labels.iter().map(matcher).collect(),
        }
    }

    /// Adds a matcher, unless the selector has it already.
    pub(crate) fn narrow(&mut self, label: &str, test: Test) {
        let asks = |it: &Matcher| it.label == label && it.test == test;
        if !self.matchers.iter().any(asks) {
            self.push(label, test);
        }
    }

    pub(crate) fn push(&mut self, label: &str, test: Test) {
        self.matchers.push(Matcher {
            label: label.to_owned(),
            test,
        });
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::promql::{Expr, Selector, Target, Window};

    #[test]
    fn templates_have_escaped_braces() {
        let selector = Selector::new("m")
            .unwrap()
            .equal("a", "{{ evil }}")
            .unwrap()
            .as_alert("job")
            .unwrap();
        expect![[r#"rate(m{a="{{"{"}}{ evil }}",job={{ $labels.job | printf "%q" }}}[5m])"#]]
            .assert_eq(&Expr::rate(selector, Window::minutes(5)).print(Target::Template));
    }
}
