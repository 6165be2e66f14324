//! Prometheus rules for objectives: recordings, burn-rate alerts, and their tests. Needs feature
//! `rules`.
//!
//! A [`Slo`] is an objective with the counters of its good and bad events. [`generate`] creates a
//! [`RuleFile`] from objectives and [`Options`], which have safe defaults. No name of a metric is
//! built in: any counters work.
//!
//! # Recordings
//!
//! B is the error budget, 1 − target; *w* is a window of the [`Policy`]:
//!
//! | series | value |
//! |---|---|
//! | `slo:calls:rate5m` | events per second, over the base window: 5 minutes, or the shortest window if that is shorter |
//! | `slo:errors:rate5m` | bad events per second, over the same window; 0 before the first |
//! | `slo:error_ratio:`*w* | share of bad events; absent while there are no events, never `NaN` |
//! | `slo:burn_rate:`*w* | that share / B: 1 uses up the budget exactly at the period's end |
//! | `slo:error_ratio:period` | share of bad events in the whole period, weighted by events and not by time |
//! | `slo:error_budget:remaining` | 1 − that share / B; negative once overspent |
//! | `slo:error_budget:exhaustion_seconds` | remaining · period / burn rate, while the burn rate is above 1 |
//! | `slo:objective:info` | 1, with target, threshold, period and owner as labels |
//!
//! All series have the labels `objective_name` and `sli`, those of [`Slo::labels`] and
//! [`Options::scope`], and those of [`Options::grouping`].
//!
//! Windows below a day are computed from the counters, in one expression. Windows of a day and
//! more, and the period, average the two recorded rates: both are equally old, and their quotient
//! is weighted by events. Such an average lags behind by half of the base window; the newest rate
//! covers that half (W is the window, b is the base window):
//!
//! ```text
//!   avg_over_time(errors[W]) · W + errors · b / 2
//!   ─────────────────────────────────────────────
//!   avg_over_time(calls[W]) · W + calls · b / 2
//! ```
//!
//! No expression mixes a rate of counters with a recorded one, as rulers may evaluate the rules of
//! a group against older recordings. Recordings that exist twice, under another external label, do
//! no harm: every expression reads the greatest value.
//!
//! Prometheus keeps samples for 15 days by default. With this retention, the ratio over a period of
//! 30 days covers only the samples that are still there. [`RuleFile::looks_back`] returns the
//! retention that the rules need.
//!
//! # Alerts
//!
//! `ErrorBudgetBurn`, one per [`Tier`], fires if the burn rate is above the tier's factor over its
//! long and its short window ([workbook], chapter 5, "Multiwindow, Multi-Burn-Rate Alerts"), and if
//! there were at least [`Options::min_bad_events`] bad events. Its value is the burn rate over the
//! long window. Tiers with a long window below a day are computed from the counters alone, so a
//! page depends on no recording. A tier keeps firing (`keep_firing_for`) until one evaluation after
//! later tiers of its severity have ended. Otherwise, these would be notified anew at the end of an
//! outage, when nothing inhibits them.
//!
//! `ObjectiveWithoutMetrics` fires if a service that had counters in the last day has had none for
//! 15 minutes, or if there is no service at all. [`Options`] add further alerts. All alerts have
//! the labels `objective_name`, `sli`, `severity` and `tier`, and `owner` if the objective has one.
//!
//! # Groups
//!
//! An indicator has three groups: recordings with the alerts that read them, alerts over counters
//! (`:alerts`), and the period (`:period`, every two minutes). A group has at most 20 rules,
//! Mimir's default limit; further groups have the suffix `:2` and so on.
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
mod promtool;
mod recordings;
mod rule;
mod series;
mod slo;
mod template;

#[cfg(feature = "policy-files")]
pub use self::policy::PolicyError;
pub use self::{
    document::Namespace,
    generate::{GenerateError, Generated, Warning, generate},
    inhibit::generate_inhibitions,
    options::Options,
    policy::{Policies, Policy, Severity, Tier},
    promtool::generate_tests,
    rule::{Alert, Group, Recording, Rule, RuleFile},
    slo::{Command, Events, Query, Sli, Slo},
};
pub use crate::promql::{
    Expr, Matcher, Matching, Operator, Samples, Selector, SelectorError, Window, WindowError,
};
