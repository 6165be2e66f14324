//! From objectives to Prometheus rules: recordings, burn-rate alerts, and their
//! tests. Needs feature `rules`.
//!
//! An objective is a [`Slo`]: what is promised, and which counters tell whether
//! it is kept. [`generate`] makes a [`RuleFile`] of some, by [`Options`] that
//! have safe defaults. No metric's name is built in: it works with any counters.
//!
//! # Recordings
//!
//! With B the error budget, 1 − target, and for each window *w* of the [`Policy`]:
//!
//! | series | value |
//! |---|---|
//! | `slo:calls:rate5m` | events per second, over the base window: 5 minutes, or the shortest window if that is shorter |
//! | `slo:errors:rate5m` | bad ones among them; 0 before the first |
//! | `slo:error_ratio:`*w* | share of bad events; absent while nothing happens, never `NaN` |
//! | `slo:burn_rate:`*w* | that share / B: 1 uses up the budget exactly at the period's end |
//! | `slo:error_ratio:period` | share of bad events in the whole period: events weigh, not hours |
//! | `slo:error_budget:remaining` | 1 − that share / B; negative once overspent |
//! | `slo:error_budget:exhaustion_seconds` | remaining · period / burn rate, while it burns faster than 1 |
//! | `slo:objective:info` | 1, with target, threshold, period and owner as labels |
//!
//! All have the labels `objective_name` and `sli`, those of [`Slo::labels`] and
//! [`Options::scope`], and those of [`Options::grouping`].
//!
//! Windows below a day are read from the counters, in one expression. Windows of a day
//! and more, and the period, average the recorded pair of rates: both are equally old, and
//! their quotient weighs events. Such an average lags behind by half of the base
//! window, for which the newest rate stands in:
//!
//! ```text
//!   avg_over_time(errors[W]) · W + errors · b / 2
//!   ─────────────────────────────────────────────
//!   avg_over_time(calls[W]) · W + calls · b / 2
//! ```
//!
//! No expression mixes a rate of counters with a recorded one, as rulers may evaluate
//! the rules of a group against older recordings. Recordings that exist twice, under
//! another external label, do no harm: every reader takes the greatest.
//!
//! Prometheus keeps 15 days unless told otherwise; over a period of 30 the ratio is that
//! of what it still has. [`RuleFile::looks_back`] returns how much is needed.
//!
//! # Alerts
//!
//! `ErrorBudgetBurn` per [`Tier`]: the burn rate is above the tier's factor over
//! its long and its short window ([workbook], chapter 5, "Multiwindow,
//! Multi-Burn-Rate Alerts"), and there were [`Options::min_bad_events`]. Its value is the
//! burn rate over the long window. Tiers whose long window is below a day are computed
//! from the counters alone, so a page depends on no recording. A tier goes on
//! (`keep_firing_for`) until one evaluation after later tiers of its severity have
//! ended: otherwise these would be notified anew at the end of an outage, when nothing
//! inhibits them.
//!
//! `ObjectiveWithoutMetrics`: a service that had counters in the last day has none for
//! 15 minutes, or there is no service at all. Further alerts are [`Options`]. All have
//! the labels `objective_name`, `sli`, `severity`, `tier` and, where there is one, `owner`.
//!
//! # Groups
//!
//! An indicator has three groups: recordings with the alerts that read them,
//! alerts over counters (`:alerts`), and the period (`:period`, every two minutes).
//! A group has 20 rules at most, the limit of Mimir; further groups are `:2` and so on.
//!
//! [workbook]: https://sre.google/workbook/alerting-on-slos/

mod alerts;
mod annotations;
mod braces;
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
