//! From objectives to Prometheus rules: recordings, burn-rate alerts, and their
//! tests. Needs feature `rules`.
//!
//! An objective is a [`Slo`]: what is promised, and which counters tell whether
//! it is kept. [`generate`] makes a [`RuleFile`] of some, by [`Options`] that
//! have safe defaults. No metric's name is built in: it works with any counters.
//!
//! # What is recorded
//!
//! With B the error budget, 1 − target, and for each window *w* of the [`Policy`]:
//!
//! | series | value |
//! |---|---|
//! | `slo:calls:rate`*w* | events per second |
//! | `slo:errors:rate`*w* | bad ones among them; 0 before the first |
//! | `slo:error_ratio:`*w* | their share; absent while nothing happens, never `NaN` |
//! | `slo:burn_rate:`*w* | that share / B: 1 uses up the budget exactly at the period's end |
//! | `slo:error_ratio:period` | the share of bad events in the whole period: events weigh, not hours |
//! | `slo:error_budget:remaining` | 1 − that share / B; negative once overspent |
//! | `slo:error_budget:exhaustion_seconds` | remaining · period / burn rate, while it burns faster than 1 |
//! | `slo:objective:info` | 1, with target, threshold, period and owner as labels |
//!
//! All have the labels `objective_name` and `sli`, and those of
//! [`Options::grouping`]. Prometheus keeps 15 days unless told otherwise; over a
//! period of 30 the ratio is that of what it still has.
//!
//! # What is alerted
//!
//! `ErrorBudgetBurn` per [`Tier`]: the burn rate is above the tier's factor over
//! its long and its short window ([workbook], chapter 5, "Multiwindow,
//! Multi-Burn-Rate Alerts"). Further alerts are [`Options`]. All have the labels
//! `objective_name`, `sli`, `severity`, `tier` and, where there is one, `owner`.
//!
//! [workbook]: https://sre.google/workbook/alerting-on-slos/

mod alerts;
mod annotations;
mod document;
mod generate;
mod indicator;
mod inhibit;
mod options;
mod policy;
mod promql;
mod promtool;
mod recordings;
mod rule;
mod series;
mod slo;
mod template;
mod window;

#[cfg(feature = "policy-files")]
pub use self::policy::PolicyError;
pub use self::{
    document::Namespace,
    generate::{GenerateError, Generated, Warning, generate},
    inhibit::generate_inhibitions,
    options::Options,
    policy::{Policies, Policy, Severity, Tier},
    promql::{Expr, Matcher, Matching, Operator, Samples, Selector, SelectorError},
    promtool::generate_tests,
    rule::{Alert, Group, Recording, Rule, RuleFile},
    slo::{Events, Query, Sli, Slo},
    window::{Window, WindowError},
};
