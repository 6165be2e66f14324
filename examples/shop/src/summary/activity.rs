//! Activity between two snapshots: rates, error ratios and quantiles.

use std::{collections::BTreeMap, time::Duration};

use autometrics::{Caller, Histogram, Objective, ObjectiveCalls, Outcome, Sli, Snapshot};

/// Calls of a function or of an edge.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    pub(super) errors: u64,
    pub(super) cancelled: u64,
    pub(super) latency: Histogram,
}

/// Calls in a time span.
#[derive(Debug)]
pub(super) struct Activity {
    length: Duration,
    bounds: Vec<f64>,
    functions: Vec<Calls>,
    edges: BTreeMap<(usize, Caller), Calls>,
    objective_calls: Vec<ObjectiveCalls>,
}

impl Activity {
    /// Adds up the calls of `snapshot`, which happened in the time span `length`.
    pub(super) fn of(snapshot: &Snapshot, length: Duration) -> Self {
        let cancelled = snapshot.functions.iter().map(|function| Calls {
            cancelled: function.cancelled.as_ref().map_or(0, Histogram::count),
            ..Calls::default()
        });
        let mut activity = Self {
            length,
            bounds: snapshot.bounds.clone(),
            functions: cancelled.collect(),
            edges: BTreeMap::new(),
            objective_calls: snapshot.objective_calls(),
        };
        for edge in &snapshot.edges {
            let between = activity
                .edges
                .entry((edge.function, edge.caller))
                .or_default();
            for calls in [&mut activity.functions[edge.function], between] {
                calls.latency.add(&edge.latency);
                if edge.outcome != Outcome::Ok {
                    calls.errors += edge.latency.count();
                }
            }
        }
        activity
    }

    /// Returns all functions by index, with their calls.
    pub(super) fn functions(&self) -> impl Iterator<Item = (usize, &Calls)> {
        self.functions.iter().enumerate()
    }

    /// Returns the edges between two functions, with their calls.
    pub(super) fn edges(&self) -> impl Iterator<Item = (usize, usize, &Calls)> {
        self.edges
            .iter()
            .filter_map(|(&(callee, caller), calls)| match caller {
                Caller::Function(caller) => Some((caller, callee, calls)),
                _ => None,
            })
    }

    pub(super) fn function(&self, index: usize) -> &Calls {
        &self.functions[index]
    }

    /// Returns the share of calls that kept a promise of `objective`; `None` without calls.
    pub(super) fn kept(&self, objective: &Objective, sli: Sli) -> Option<f64> {
        let objective_calls = self.objective_calls.iter();
        let objective_calls =
            objective_calls.filter(|it| it.sli == sli && it.objective == *objective);
        let (good, bad) =
            objective_calls.fold((0, 0), |(good, bad), it| (good + it.good, bad + it.bad));
        share(good, good + bad)
    }

    /// Returns the cancelled calls of the functions that belong to `objective`.
    pub(super) fn cancelled(&self, objective: &Objective) -> u64 {
        let mut functions: Vec<usize> = self
            .objective_calls
            .iter()
            .filter(|it| it.objective == *objective)
            .map(|it| it.function)
            .collect();
        functions.dedup();
        functions
            .iter()
            .map(|&at| self.functions[at].cancelled)
            .sum()
    }

    /// Returns the number of calls per second.
    pub(super) fn rate(&self, calls: &Calls) -> f64 {
        float(calls.count()) / self.length.as_secs_f64().max(1e-3)
    }

    /// Returns the latency quantile `q` of the calls in seconds, exact to 4.5 %.
    pub(super) fn quantile(&self, q: f64, calls: &Calls) -> Option<f64> {
        let quantile = calls.latency.quantile(q, &self.bounds)?;
        Some(quantile.seconds)
    }
}

impl Calls {
    pub(super) fn count(&self) -> u64 {
        self.latency.count()
    }

    /// Returns the share of calls that failed; `None` without calls.
    pub(super) fn error_ratio(&self) -> Option<f64> {
        share(self.errors, self.count())
    }
}

fn share(some: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| float(some) / float(all))
}

#[expect(clippy::cast_precision_loss, reason = "counts below 2^53 are exact")]
fn float(count: u64) -> f64 {
    count as f64
}
