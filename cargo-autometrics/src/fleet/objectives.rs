//! Objectives with their burn rates.

use std::collections::{BTreeMap, BTreeSet};

use autometrics_context::{
    calls::Name,
    source::{BurnRate, Objective},
    suspects::Measure,
};
use autometrics_schema::label;
use slo_spec::{promql::Window, rules::Policy};

use super::series::Series;
use crate::program::{self, Program};

/// Windows whose burn rates are in answers.
pub(super) const SHOWN: [Window; 4] = [
    Window::minutes(5),
    Window::minutes(30),
    Window::hours(1),
    Window::hours(6),
];
/// Period of the error budget, if the program is not known.
const PERIOD: u32 = 30;

/// Good and bad calls of a promise in each window.
type Counts = BTreeMap<Window, (f64, f64)>;

/// Promise of an objective, as its labels describe it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    name: String,
    sli: String,
    percentile: String,
    threshold: String,
}

/// Objectives of a program.
#[derive(Clone, Debug, Default)]
pub(super) struct Promises {
    counts: BTreeMap<Key, Counts>,
    functions: BTreeMap<Key, BTreeSet<Name>>,
}

/// Returns the windows that are needed for burn rates and alerts, shortest first.
pub(super) fn windows(program: Option<&Program>) -> Vec<Window> {
    let periods: BTreeSet<_> = of(program).map(|it| it.period_days).collect();
    let periods = periods.into_iter().map(u32::from).chain([PERIOD]);
    let mut windows: BTreeSet<_> = periods
        .flat_map(|days| Policy::for_period(Window::days(days)).windows())
        .collect();
    windows.extend(SHOWN);
    windows.into_iter().collect()
}

/// Returns the windows within the observed seconds, and the first one that covers all of them.
pub(super) fn useful(windows: &[Window], observed: f64) -> &[Window] {
    let covered = windows.partition_point(|window| window.as_f64() < observed);
    &windows[..windows.len().min(covered + 1)]
}

fn of(program: Option<&Program>) -> impl Iterator<Item = &program::Objective> {
    let functions = program.into_iter().flat_map(Program::functions);
    functions.flat_map(|function| &function.objectives)
}

impl Promises {
    /// Adds the number of good or bad calls of a function in a window.
    pub(super) fn add(&mut self, window: Window, series: &Series, calls: f64) {
        let text = |name: &str| series.label(name).to_owned();
        let key = Key {
            name: text(label::OBJECTIVE_NAME),
            sli: text(label::SLI),
            percentile: text(label::OBJECTIVE_PERCENTILE),
            threshold: text(label::OBJECTIVE_LATENCY_THRESHOLD),
        };
        let function = Name::new(text(label::MODULE), text(label::FUNCTION));
        self.functions
            .entry(key.clone())
            .or_default()
            .insert(function);
        let counts = self
            .counts
            .entry(key)
            .or_default()
            .entry(window)
            .or_default();
        if series.label(label::OUTCOME) == "bad" {
            counts.1 += calls;
        } else {
            counts.0 += calls;
        }
    }

    /// Returns the objectives, by name. The program knows periods, owners and runbooks.
    ///
    /// An alert fires only if both of its windows are within the `observed` seconds.
    pub(super) fn objectives(&self, program: Option<&Program>, observed: f64) -> Vec<Objective> {
        let promises = self.counts.iter().filter_map(|(key, counts)| {
            let percent: f64 = key.percentile.parse().ok()?;
            let known = of(program).find(|it| it.name == key.name);
            let period = known.map_or(PERIOD, |it| u32::from(it.period_days));
            let target = percent / 100.0;
            let burn_rate = |window: &Window| {
                let (good, bad) = counts.get(window).copied().unwrap_or_default();
                let calls = good + bad;
                BurnRate {
                    window_seconds: window.as_f64(),
                    calls,
                    bad,
                    burn_rate: (calls > 0.0 && target < 1.0).then(|| bad / calls / (1.0 - target)),
                }
            };
            let rate = |window: &Window| burn_rate(window).burn_rate.unwrap_or(0.0);
            let policy = Policy::for_period(Window::days(period));
            let fires = policy.tiers.iter().filter(|tier| {
                let factor = tier.factor.to_f64();
                let is_covered = |window: Window| window.as_f64() <= observed;
                is_covered(tier.long)
                    && is_covered(tier.short)
                    && rate(&tier.long) > factor
                    && rate(&tier.short) > factor
            });
            let firing: Vec<_> = fires
                .map(|tier| format!("{} {}", tier.severity.as_str(), tier.name))
                .collect();
            Some(Objective {
                name: key.name.clone(),
                measure: if key.sli == "latency" {
                    Measure::Time
                } else {
                    Measure::Errors
                },
                target,
                threshold_seconds: key.threshold.parse().ok(),
                burns: !firing.is_empty() || rate(&SHOWN[0]) > 1.0,
                burn_rates: useful(&SHOWN, observed).iter().map(burn_rate).collect(),
                firing,
                functions: self
                    .functions
                    .get(key)
                    .into_iter()
                    .flatten()
                    .cloned()
                    .collect(),
                owner: known.and_then(|it| it.owner.clone()),
                runbook: known.and_then(|it| it.runbook.clone()),
            })
        });
        promises.collect()
    }
}
