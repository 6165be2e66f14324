//! What happened between two snapshots: rates, error ratios and quantiles.

use std::{collections::BTreeMap, time::Duration};

use autometrics::{Caller, Histogram, Objective, Outcome, Snapshot};

/// Calls of a function, of an edge, or of all functions of an objective.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    pub(super) errors: u64,
    pub(super) latency: Histogram,
}

/// What happened in a stretch of time.
#[derive(Debug)]
pub(super) struct Activity<'a> {
    snapshot: &'a Snapshot,
    length: Duration,
    functions: Vec<Calls>,
    edges: BTreeMap<(usize, Caller), Calls>,
}

impl<'a> Activity<'a> {
    /// All that happened until `snapshot`, in a program as old as `age`.
    pub(super) fn since_start(snapshot: &'a Snapshot, age: Duration) -> Self {
        let mut activity = Self {
            snapshot,
            length: age,
            functions: vec![Calls::default(); snapshot.functions.len()],
            edges: BTreeMap::new(),
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

    /// What of this happened after `earlier`, which ended `length` before.
    pub(super) fn after(mut self, earlier: &Activity<'_>, length: Duration) -> Self {
        self.length = length;
        for (calls, before) in self.functions.iter_mut().zip(&earlier.functions) {
            calls.subtract(before);
        }
        for (edge, calls) in &mut self.edges {
            if let Some(before) = earlier.edges.get(edge) {
                calls.subtract(before);
            }
        }
        self
    }

    /// The functions by index, with their calls.
    pub(super) fn functions(&self) -> impl Iterator<Item = (usize, &Calls)> {
        self.functions.iter().enumerate()
    }

    /// The edges between two functions, with their calls.
    pub(super) fn edges(&self) -> impl Iterator<Item = (usize, usize, &Calls)> {
        self.edges
            .iter()
            .filter_map(|(&(callee, caller), calls)| match caller {
                Caller::Function(caller) => Some((caller, callee, calls)),
                Caller::None | Caller::Remote(_) | Caller::Overflow => None,
            })
    }

    pub(super) fn function(&self, index: usize) -> &Calls {
        &self.functions[index]
    }

    /// The calls of all functions that belong to an objective.
    pub(super) fn objective(&self, objective: &Objective) -> Calls {
        let mut sum = Calls::default();
        for (function, calls) in self.snapshot.functions.iter().zip(&self.functions) {
            if function.objective.as_ref() == Some(objective) {
                sum.errors += calls.errors;
                sum.latency.add(&calls.latency);
            }
        }
        sum
    }

    /// How often per second.
    pub(super) fn rate(&self, calls: &Calls) -> f64 {
        float(calls.count()) / self.length.as_secs_f64().max(1e-3)
    }

    /// The latency below which 95 % of the calls stayed, in seconds.
    pub(super) fn p95(&self, calls: &Calls) -> Option<f64> {
        calls.latency.quantile(0.95, &self.snapshot.bounds)
    }

    /// The share of calls that took at most `threshold`.
    pub(super) fn share_within(&self, calls: &Calls, threshold: Duration) -> Option<f64> {
        // The threshold of an objective always is a bound.
        let bounds = &self.snapshot.bounds;
        let within = bounds.partition_point(|&bound| bound <= threshold.as_secs_f64());
        let fast = calls.latency.buckets.iter().take(within).sum();
        calls.share(fast)
    }
}

impl Calls {
    pub(super) fn count(&self) -> u64 {
        self.latency.count()
    }

    /// The share of calls that failed; none without calls.
    pub(super) fn error_ratio(&self) -> Option<f64> {
        self.share(self.errors)
    }

    /// The share of calls that did not fail; none without calls.
    pub(super) fn success_ratio(&self) -> Option<f64> {
        self.share(self.count() - self.errors)
    }

    fn share(&self, some: u64) -> Option<f64> {
        let all = self.count();
        (all > 0).then(|| float(some) / float(all))
    }

    fn subtract(&mut self, before: &Self) {
        self.errors = self.errors.saturating_sub(before.errors);
        self.latency.sum -= before.latency.sum;
        for (bucket, before) in self.latency.buckets.iter_mut().zip(&before.latency.buckets) {
            *bucket = bucket.saturating_sub(*before);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts below 2^53 are exact")]
fn float(count: u64) -> f64 {
    count as f64
}
