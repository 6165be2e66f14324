//! Good and bad calls of a snapshot, and of the difference of two.

use std::time::Duration;

use autometrics_core::{Caller, Edge, Function, Histogram, ObjectiveCalls, Outcome, Snapshot};
use slo_spec::{Cancelled, Objective};

const FAST: Objective = Objective::new("fast")
    .success_rate(99.0)
    .latency(Duration::from_millis(100), 95.0);

/// Returns a snapshot of one function with two callers and five cancelled calls.
fn shop() -> Snapshot {
    let mut snapshot = Snapshot::new("shop");
    snapshot.bounds = vec![0.05, 0.1, 1.0];
    let mut function = Function::new("shop", "pay");
    function.objectives = vec![FAST];
    function.cancelled = Some(histogram(&[1, 0, 4, 0]));
    snapshot.functions.push(function);
    for (caller, outcome, buckets) in [
        (Caller::None, Outcome::Ok, [1, 2, 3, 4]),
        (Caller::None, Outcome::PANIC, [1, 0, 0, 0]),
        (Caller::Overflow, Outcome::Error(None), [0, 0, 2, 0]),
    ] {
        snapshot
            .edges
            .push(Edge::new(0, caller, outcome, histogram(&buckets)));
    }
    snapshot
}

fn histogram(buckets: &[u64]) -> Histogram {
    Histogram::new(buckets.to_vec(), 0.0)
}

/// Returns good and bad calls for the success rate and for the latency.
fn counts(snapshot: &Snapshot) -> Vec<[u64; 2]> {
    let counts = snapshot.objective_calls().into_iter();
    counts
        .map(|ObjectiveCalls { good, bad, .. }| [good, bad])
        .collect()
}

#[test]
fn counts_calls_of_all_callers_and_cancelled_calls() {
    assert_eq!(counts(&shop()), [[10, 8], [4, 13]]);
}

#[test]
fn counts_cancelled_calls_as_the_objective_determines() {
    let mut snapshot = shop();
    snapshot.functions[0].objectives = vec![FAST.cancelled(Cancelled::BadIfSlow)];
    assert_eq!(counts(&snapshot), [[10, 3], [4, 13]]);
    snapshot.functions[0].objectives = vec![FAST.cancelled(Cancelled::Ignored)];
    assert_eq!(counts(&snapshot), [[10, 3], [4, 9]]);
}

#[test]
fn a_threshold_between_two_bounds_uses_the_next_higher_bound() {
    let mut snapshot = shop();
    let between = Objective::new("fast").latency(Duration::from_millis(70), 95.0);
    snapshot.functions[0].objectives = vec![between];
    assert_eq!(counts(&snapshot), [[4, 13]]);
    let above = Objective::new("fast").latency(Duration::from_secs(60), 95.0);
    snapshot.functions[0].objectives = vec![above];
    assert_eq!(counts(&snapshot), [[13, 0]]);
}

#[test]
fn good_and_bad_calls_of_differences_add_up() {
    let base = shop();
    let mut now = shop();
    now.edges[0].latency = histogram(&[5, 2, 3, 6]);
    now.functions[0].cancelled = Some(histogram(&[1, 0, 4, 2]));
    let since = now.since(&base);
    assert_eq!(counts(&since), [[6, 2], [4, 4]]);
    let [before, after, difference] = [&base, &now, &since].map(counts);
    for ((before, after), difference) in before.iter().zip(&after).zip(&difference) {
        assert_eq!(before[0] + difference[0], after[0]);
        assert_eq!(before[1] + difference[1], after[1]);
    }
}

#[test]
fn does_not_count_edges_of_unknown_callers() {
    let mut snapshot = shop();
    snapshot.edges[0].caller = Caller::Function(7);
    assert_eq!(counts(&snapshot), [[0, 8], [1, 6]]);
}
