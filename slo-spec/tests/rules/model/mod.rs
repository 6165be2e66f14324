//! A second model of the rules, as tests for `promtool`: recordings and alerts are computed from
//! events and without PromQL.
//!
//! Together with the generated tests, it notices every change of the rules.

mod buckets;
mod cases;
mod counters;
mod expected;
mod history;
mod near;
mod sparse;
mod timeline;
mod times;
mod values;

pub(crate) use self::counters::Counters;

use slo_spec::rules::{Options, Policy, Slo, Tier, Window};

/// Interval of samples, in seconds.
const INTERVAL: u32 = 60;
/// Interval of evaluations in long tests, in seconds. No window is a multiple of it, so no recorded
/// value is at the very beginning of a window, where versions of Prometheus differ.
const STEP: u32 = 1980;

/// Objective with one indicator, and the counters that it counts.
pub(crate) struct Subject {
    pub(crate) slo: Slo,
    pub(crate) options: Options,
    pub(crate) policy: Policy,
    pub(crate) counters: Counters,
}

/// Test as a file for `promtool`.
pub(crate) struct File {
    /// Prefix of the names of the rules that the test covers.
    pub(crate) about: &'static str,
    pub(crate) text: String,
}

/// Returns the tests, the quick ones first.
pub(crate) fn files(subject: &Subject, groups: &[String]) -> Vec<File> {
    let order: Vec<_> = groups.iter().map(|name| format!("- {name}\n")).collect();
    let file = |(step, about, case): (u32, &'static str, String)| File {
        about,
        text: format!(
            "rule_files: [rules.yml]\nevaluation_interval: {step}s\ngroup_eval_order:\n{}tests:\n{case}",
            order.concat()
        ),
    };
    let mut all: Vec<_> = cases::all(subject).into_iter().map(file).collect();
    let unborn = sparse::unborn(subject).map(|case| file((300, "slo:", case)));
    let quiet = [
        sparse::spurt(subject),
        sparse::recovery(subject),
        sparse::few(subject),
    ];
    let quiet = quiet.map(|case| file((300, "ErrorBudgetBurn", case)));
    all.splice(0..0, unborn.into_iter().chain(quiet));
    all
}

/// Window of the recorded rates.
const BASE: Window = Window::minutes(5);

impl Subject {
    fn budget(&self) -> f64 {
        self.slo.slis[0].target.budget().to_f64()
    }

    /// Returns the share of bad events above which a tier fires.
    fn limit(&self, tier: &Tier) -> f64 {
        tier.factor.to_f64() * self.budget()
    }

    fn slowest(&self) -> &Tier {
        let tiers = self.policy.tiers.iter();
        tiers.max_by_key(|tier| tier.long).expect("there are tiers")
    }

    /// Returns the labels of all rules of the indicator.
    fn labels(&self) -> Vec<(String, String)> {
        let mut labels = self.slo.labels.clone();
        labels.push(("objective_name".to_owned(), self.slo.name.clone()));
        labels.push(("sli".to_owned(), self.slo.slis[0].kind.clone()));
        labels
    }
}

/// Returns `true` if a ratio over `window` is read from the counters themselves.
fn is_raw(window: Window) -> bool {
    window < Window::days(1)
}

/// Returns a selector such as `name{a="b"}`.
fn selector(name: &str, labels: &[(String, String)]) -> String {
    let labels: Vec<_> = labels
        .iter()
        .map(|(label, value)| format!("{label}=\"{value}\""))
        .collect();
    format!("{name}{{{}}}", labels.join(","))
}
