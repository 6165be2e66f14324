//! State of each promise: burn rates and firing alerts.

use autometrics_context::{
    source::{BurnRate, Objective},
    suspects::Measure,
};
use autometrics_core::Sli;

use super::{
    objectives::{BURN_WINDOWS, state},
    promise::{Promise, members, promises},
};
use crate::{
    history::{History, float},
    program::observed,
};

/// Returns the state of all promises.
pub(crate) fn objectives(history: &History) -> Vec<Objective> {
    let mut states = Vec::new();
    for objective in promises(history) {
        let functions = members(history, &objective);
        let names = functions.iter().map(|&place| &history.functions[place]);
        let names: Vec<_> = names.map(observed::name).collect();
        for promise in Promise::of(&objective) {
            let (burns, firing) = state(history, promise, &functions);
            // All windows beyond the observed time have the same calls.
            let observed = history.now() - history.since();
            let longest = BURN_WINDOWS
                .into_iter()
                .find(|&it| f64::from(it) >= observed);
            let windows = BURN_WINDOWS
                .into_iter()
                .filter(|&it| longest.is_none_or(|most| it <= most));
            let burn_rates = windows.map(|window| {
                let span = history.last(window.into());
                let count = promise.sum_in(history, &functions, &span);
                BurnRate {
                    window_seconds: window.into(),
                    calls: float(count.calls()),
                    bad: float(count.bad),
                    burn_rate: promise.burn_rate(count),
                }
            });
            states.push(Objective {
                name: objective.name().to_owned(),
                measure: match promise.sli {
                    Sli::Latency => Measure::Time,
                    _ => Measure::Errors,
                },
                target: promise.target_ratio(),
                threshold_seconds: promise.threshold,
                burn_rates: burn_rates.collect(),
                burns,
                firing,
                functions: names.clone(),
                owner: objective.owned_by().map(str::to_owned),
                runbook: objective.runbook_url().map(str::to_owned),
            });
        }
    }
    states
}
