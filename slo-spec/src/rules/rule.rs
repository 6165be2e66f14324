//! Rules, groups and files of them, as values.

use super::{Expr, Window, indicator::Indicator};

/// A rule file: groups of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// The groups; Prometheus evaluates them side by side.
    pub groups: Vec<Group>,
}

/// Rules that are evaluated one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Unique in its file.
    pub name: String,
    /// Evaluation interval, if it is not the ruler's own.
    pub interval: Option<Window>,
    /// The rules; each sees what those before it recorded.
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Keeps the value of an expression as series of their own.
    Recording(Recording),
    /// Tells that an expression has a value.
    Alert(Alert),
}

/// A recording rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The metric that it makes.
    pub record: String,
    /// Its value.
    pub expr: Expr,
    /// Labels that its series get besides those of the value, sorted.
    pub labels: Vec<(String, String)>,
}

/// An alerting rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its name.
    pub alert: String,
    /// Expression that has a value while the alert is active.
    pub expr: Expr,
    /// Time before it fires: `for`.
    pub hold: Option<Window>,
    /// Time for which it goes on firing after its end: `keep_firing_for`.
    pub keep: Option<Window>,
    /// Labels that it gets besides those of the value, sorted.
    pub labels: Vec<(String, String)>,
    /// Texts for whoever is told, in the order in which they are read.
    pub annotations: Vec<(&'static str, String)>,
}

impl RuleFile {
    /// The longest time that the rules look back, for which Prometheus must keep what
    /// they record.
    pub fn looks_back(&self) -> Option<Window> {
        let rules = self.groups.iter().flat_map(|group| &group.rules);
        let exprs = rules.map(|rule| match rule {
            Rule::Recording(rule) => &rule.expr,
            Rule::Alert(rule) => &rule.expr,
        });
        exprs.filter_map(Expr::longest_range).max()
    }
}

impl Recording {
    pub(super) fn new(record: String, expr: Expr, of: &Indicator<'_>) -> Self {
        Self {
            record,
            expr,
            labels: of.labels.clone(),
        }
    }

    pub(super) fn label(&mut self, name: &str, value: String) {
        self.labels.push((name.to_owned(), value));
        self.labels.sort();
    }
}
