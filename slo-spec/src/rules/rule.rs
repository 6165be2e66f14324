//! Rules, groups and rule files, as values.

use super::{Expr, Window, indicator::Indicator};

/// Rule file: groups of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// Groups of rules; Prometheus evaluates them side by side.
    pub groups: Vec<Group>,
}

/// Group of rules that are evaluated one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Name, unique in its file.
    pub name: String,
    /// Evaluation interval; `None` is the ruler's own.
    pub interval: Option<Window>,
    /// Rules of the group; each sees the series that those before it recorded.
    pub rules: Vec<Rule>,
}

/// Recording rule or alerting rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Records the value of an expression as series.
    Recording(Recording),
    /// Fires while an expression has a value.
    Alert(Alert),
}

/// Recording rule: an expression, and the metric that it is stored as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Name of the recorded metric.
    pub record: String,
    /// Expression with the recorded value.
    pub expr: Expr,
    /// Labels that are added to those of the value, sorted.
    pub labels: Vec<(String, String)>,
}

/// Alerting rule: a condition, and what is sent while it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Name of the alert.
    pub alert: String,
    /// Expression that has a value while the alert is active.
    pub expr: Expr,
    /// Time for which the expression has a value before the alert fires: `for`.
    pub hold: Option<Window>,
    /// Time for which the alert keeps firing after its end: `keep_firing_for`.
    pub keep: Option<Window>,
    /// Labels that are added to those of the value, sorted.
    pub labels: Vec<(String, String)>,
    /// Texts for the people who are notified, in reading order.
    pub annotations: Vec<(&'static str, String)>,
}

impl RuleFile {
    /// Returns the longest time that the rules look back. Prometheus must keep recorded samples for
    /// this time.
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
