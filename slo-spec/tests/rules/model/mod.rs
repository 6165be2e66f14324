//! A second model of the rules: what they must record and tell, computed from events
//! and without PromQL, as tests for `promtool`.
//!
//! Together with the generated tests it notices whatever is changed in the rules.

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
/// Interval of evaluations in long tests, in seconds: no window is a multiple of
/// it, so that no recorded value is at the very beginning of one, where versions of
/// Prometheus differ.
const STEP: u32 = 1980;

/// An objective with one promise, and the counters that it counts.
pub(crate) struct Subject {
    pub(crate) slo: Slo,
    pub(crate) options: Options,
    pub(crate) policy: Policy,
    pub(crate) counters: Counters,
}

/// A test as a file for `promtool`.
pub(crate) struct File {
    /// The beginning of the names of the rules that it is about.
    pub(crate) about: &'static str,
    pub(crate) text: String,
}

/// The tests, the quick ones first.
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

/// The window of the recorded rates.
const BASE: Window = Window::minutes(5);

impl Subject {
    fn budget(&self) -> f64 {
        self.slo.slis[0].target.budget().to_f64()
    }

    /// The burn rate above which a tier fires, as a share of bad events.
    fn limit(&self, tier: &Tier) -> f64 {
        tier.factor.to_f64() * self.budget()
    }

    fn slowest(&self) -> &Tier {
        let tiers = self.policy.tiers.iter();
        tiers.max_by_key(|tier| tier.long).expect("there are tiers")
    }

    /// The labels of all its rules.
    fn labels(&self) -> Vec<(String, String)> {
        let mut labels = self.slo.labels.clone();
        labels.push(("objective_name".to_owned(), self.slo.name.clone()));
        labels.push(("sli".to_owned(), self.slo.slis[0].kind.clone()));
        labels
    }
}

/// Returns whether a ratio over `window` is read from the counters themselves.
fn is_raw(window: Window) -> bool {
    window < Window::days(1)
}

/// `name{a="b"}`
fn selector(name: &str, labels: &[(String, String)]) -> String {
    let labels: Vec<_> = labels
        .iter()
        .map(|(label, value)| format!("{label}=\"{value}\""))
        .collect();
    format!("{name}{{{}}}", labels.join(","))
}
