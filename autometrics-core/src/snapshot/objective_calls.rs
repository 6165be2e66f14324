//! Good and bad calls of functions, by their objectives.

use slo_spec::{Cancelled, Latency, Objective};

use super::{Histogram, Snapshot, totals::Totals};

/// Service-level indicator of an objective: the value of the label `sli`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Sli {
    /// Success rate: calls must succeed.
    Success,
    /// Latency: calls must take at most the threshold.
    Latency,
}

impl Sli {
    /// Returns the value of the label `sli`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Latency => "latency",
        }
    }
}

/// Good and bad calls of one function, for one indicator of one of its objectives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectiveCalls {
    /// Index of the function in [`Snapshot::functions`].
    pub function: usize,
    /// Objective of the function.
    pub objective: Objective,
    /// Indicator of the objective.
    pub sli: Sli,
    /// Number of good calls.
    pub good: u64,
    /// Number of bad calls.
    pub bad: u64,
}

impl Snapshot {
    /// Returns the good and bad calls of each function with an objective, per indicator, in the
    /// order of the functions.
    ///
    /// A call that ended is good for the success rate unless it failed, and good for the latency if
    /// it took at most the threshold, regardless of its outcome. Cancelled calls count as the
    /// objective determines: by default they are bad for the success rate, and bad for the latency
    /// if they had run longer than the threshold.
    pub fn objective_calls(&self) -> Vec<ObjectiveCalls> {
        count_promises(self, &Totals::of(self))
    }
}

/// Counts good and bad calls of all functions.
pub(super) fn count_promises(snapshot: &Snapshot, totals: &Totals) -> Vec<ObjectiveCalls> {
    let functions = snapshot.functions.iter().enumerate();
    let promises = functions.flat_map(|(at, function)| {
        let objectives = function.objectives.iter().enumerate();
        // Only the first of several objectives with the same name: the others would have the same
        // labels.
        let firsts = objectives.filter(|(n, objective)| {
            let mut earlier = function.objectives[..*n].iter();
            earlier.all(|other| other.name() != objective.name())
        });
        firsts.flat_map(move |(_, objective)| {
            let success = objective.success().map(|_| Sli::Success);
            let latency = objective.latency_target().map(|_| Sli::Latency);
            let promises = success.into_iter().chain(latency);
            promises.map(move |sli| (at, *objective, sli))
        })
    });
    let count = |(function, objective, sli): (usize, Objective, Sli)| {
        let none = Histogram::default();
        let cancelled = snapshot.functions[function].cancelled.as_ref();
        let cancelled = cancelled.unwrap_or(&none);
        let [good, bad] = match (sli, objective.latency_target()) {
            (Sli::Success, _) => success(totals, function, &objective, cancelled),
            (Sli::Latency, Some(target)) => {
                let within = bucket(snapshot, target);
                latency(totals, function, &objective, within, cancelled)
            }
            (Sli::Latency, None) => [0, 0],
        };
        ObjectiveCalls {
            function,
            objective,
            sli,
            good,
            bad,
        }
    };
    promises.map(count).collect()
}

/// Returns the good and the bad calls for the success rate.
fn success(
    totals: &Totals,
    function: usize,
    objective: &Objective,
    cancelled: &Histogram,
) -> [u64; 2] {
    let [succeeded, failed] = totals.ended(function);
    let unanswered = match objective.cancelled_calls() {
        Cancelled::BadIfSlow | Cancelled::Ignored => 0,
        _ => sum(cancelled.buckets()),
    };
    [succeeded, failed.saturating_add(unanswered)]
}

/// Returns the number of buckets up to the threshold.
fn bucket(snapshot: &Snapshot, target: Latency) -> usize {
    // The threshold of an objective is a bound, except for functions that registered after the
    // bounds were fixed. For those, the next higher bound is used.
    let threshold = seconds(target);
    snapshot.bounds.partition_point(|&bound| bound < threshold) + 1
}

/// Returns the good and the bad calls for the latency; the first `within` buckets are good.
fn latency(
    totals: &Totals,
    function: usize,
    objective: &Objective,
    within: usize,
    cancelled: &Histogram,
) -> [u64; 2] {
    let split = |buckets: &[u64]| {
        let (fast, slow) = buckets.split_at(within.min(buckets.len()));
        [sum(fast), sum(slow)]
    };
    let [fast, slow] = split(totals.buckets(function));
    let unanswered = match objective.cancelled_calls() {
        Cancelled::Ignored => 0,
        _ => split(cancelled.buckets())[1],
    };
    [fast, slow.saturating_add(unanswered)]
}

/// Returns the threshold in seconds, converted by the same division as the bounds of the buckets:
/// 180 ms become exactly the `f64` 0.18.
///
/// A threshold is below one day, so an `f64` represents its nanoseconds exactly.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
pub(super) fn seconds(target: Latency) -> f64 {
    target.threshold().as_nanos() as f64 / 1e9
}

fn sum(calls: &[u64]) -> u64 {
    calls.iter().fold(0, |sum, &n| sum.saturating_add(n))
}
