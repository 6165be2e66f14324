//! Promises of objectives, and their good and bad calls.

use autometrics_core::Sli;
use slo_spec::{Objective, Percent};

use super::figures::{ratio, seconds};
use crate::history::{GoodBad, History, PromiseCounts, Span};

/// Returns the objectives of all functions, sorted by name, without duplicates.
pub(crate) fn promises(history: &History) -> Vec<Objective> {
    let mut promises: Vec<Objective> = Vec::new();
    let all = history.functions.iter().flat_map(|f| &f.objectives);
    for &objective in all {
        if !promises.contains(&objective) {
            promises.push(objective);
        }
    }
    promises.sort_by_key(Objective::name);
    promises
}

/// Returns the indexes of the functions that have `objective`.
pub(super) fn members(history: &History, objective: &Objective) -> Vec<usize> {
    let functions = history.functions.iter().enumerate();
    functions
        .filter(|(_, function)| function.objectives.contains(objective))
        .map(|(place, _)| place)
        .collect()
}

/// Promise of an objective.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Promise {
    pub(super) objective: Objective,
    pub(super) sli: Sli,
    pub(super) target: Percent,
    /// Latency threshold in seconds, for promises about latency.
    pub(super) threshold: Option<f64>,
}

impl Promise {
    /// Returns the promises of `objective`.
    pub(super) fn of(objective: &Objective) -> impl Iterator<Item = Self> {
        let objective = *objective;
        let success = objective.success().map(|target| Self {
            objective,
            sli: Sli::Success,
            target,
            threshold: None,
        });
        let latency = objective.latency_target().map(|latency| Self {
            objective,
            sli: Sli::Latency,
            target: latency.percent(),
            threshold: Some(seconds(
                u64::try_from(latency.threshold().as_nanos()).unwrap_or(u64::MAX),
            )),
        });
        success.into_iter().chain(latency)
    }

    /// Returns the share of calls that must be good, from 0 to 1.
    pub(super) fn target_ratio(self) -> f64 {
        1.0 - self.target.budget().to_f64()
    }

    /// Returns the good and bad calls of the functions in `span`.
    pub(super) fn sum_in(self, history: &History, functions: &[usize], span: &Span) -> GoodBad {
        let counts = functions.iter();
        sum(counts.map(|&place| self.count_in(history, place, span)))
    }

    /// Returns the share of bad calls, divided by the budget. `None` without calls.
    pub(super) fn burn_rate(self, count: GoodBad) -> Option<f64> {
        Some(ratio(count.bad, count.calls())? / self.target.budget().to_f64())
    }

    /// Returns the good and bad calls of a function in `span`.
    pub(super) fn count_in(self, history: &History, place: usize, span: &Span) -> GoodBad {
        self.find(history, place)
            .map_or_else(GoodBad::default, |promise| promise.count_in(span))
    }

    /// Returns the good and bad calls of a function since the program began.
    pub(super) fn count(self, history: &History, place: usize) -> GoodBad {
        self.find(history, place)
            .map_or_else(GoodBad::default, |promise| promise.total)
    }

    fn find(self, history: &History, place: usize) -> Option<&PromiseCounts> {
        let promises = history.functions[place].promises.iter();
        promises
            .filter(|it| it.sli == self.sli)
            .find(|it| it.objective == self.objective)
    }
}

/// Returns the sum of good and bad calls.
pub(super) fn sum(counts: impl Iterator<Item = GoodBad>) -> GoodBad {
    counts.fold(GoodBad::default(), |mut sum, count| {
        sum.add(count);
        sum
    })
}
