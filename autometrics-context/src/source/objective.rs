//! State of an objective's promise.

use crate::{
    calls::Name,
    suspects::{Measure, Promise},
};

/// Promise of an objective, with its burn rates.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// Name of the objective.
    pub name: String,
    /// Errors for a promise about success, time for one about latency.
    pub measure: Measure,
    /// The share of calls that must be good, from 0 to 1.
    pub target: f64,
    /// Maximum latency of a good call, in seconds; `None` for success.
    pub threshold_seconds: Option<f64>,
    /// Burn rates, shortest window first.
    pub burn_rates: Vec<BurnRate>,
    /// `true` if the burn rate of the shortest window is above 1, or an alert would fire.
    pub burns: bool,
    /// Alerts whose condition holds, such as `page fast`.
    pub firing: Vec<String>,
    /// Functions of the objective.
    pub functions: Vec<Name>,
    /// Owner, who receives the alerts.
    pub owner: Option<String>,
    /// Runbook for the alerts: a link, or other text.
    pub runbook: Option<String>,
}

/// Burn rate over a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BurnRate {
    /// The window, in seconds.
    pub window_seconds: f64,
    /// Number of calls in the window.
    pub calls: f64,
    /// Number of bad calls among them.
    pub bad: f64,
    /// The share of bad calls, divided by the share that may be bad; `None` without calls.
    pub burn_rate: Option<f64>,
}

impl Objective {
    /// Returns the promises of `objectives`, at whose functions the search for suspects begins.
    pub fn promises(objectives: &[Self]) -> Vec<Promise> {
        let promises = objectives.iter().map(|it| Promise {
            objective: it.name.clone(),
            measure: it.measure,
            burns: it.burns,
            functions: it.functions.clone(),
        });
        promises.collect()
    }

    /// Returns `success`, or `latency`.
    pub fn sli(&self) -> &'static str {
        self.measure.sli()
    }
}
