//! Tests more series than the SDK keeps.

use autometrics_core::{Caller, Function, Histogram, Outcome, Snapshot};
use opentelemetry_sdk::metrics::Temporality;

use crate::{
    collected::{Collected, Program, sum},
    observe::edge,
};

/// Default limit of the SDK.
const LIMIT: usize = 2_000;

/// Returns a program with `functions` functions. Each is called by the `callers` functions before
/// it, as often as the sum of its own and the caller's index.
fn crowd(functions: usize, callers: usize) -> Snapshot {
    let mut snapshot = Snapshot::new("shop");
    for at in 0..functions {
        snapshot
            .functions
            .push(Function::new("shop", format!("function_{at}")));
        snapshot.functions[at].cancelled = Some(Histogram::new(vec![at as u64], 0.0));
        for outcome in [Outcome::Ok, Outcome::Error(None)] {
            snapshot
                .edges
                .push(edge(at, Caller::None, outcome, at as u64));
        }
        for caller in at.saturating_sub(callers)..at {
            let calls = (at + caller) as u64;
            let caller = Caller::Function(caller);
            snapshot.edges.push(edge(at, caller, Outcome::Ok, calls));
        }
    }
    snapshot
}

fn calls(snapshot: &Snapshot, function: Option<usize>, outcome: &Outcome) -> i64 {
    let of_it = snapshot.edges.iter().filter(|edge| {
        function.is_none_or(|function| edge.function == function) && edge.outcome == *outcome
    });
    let calls: u64 = of_it.map(|edge| edge.latency.count()).sum();
    i64::try_from(calls).unwrap()
}

fn series(collected: &Collected, name: &str) -> usize {
    collected
        .keys()
        .filter(|(metric, _)| metric == name)
        .count()
}

#[test]
fn surplus_callers_overflow_and_functions_keep_their_totals() {
    let program = Program::new(Temporality::Cumulative, |observer| observer);
    let snapshot = crowd(200, 20);
    let collected = program.export(snapshot.clone());
    assert!(snapshot.edges.len() > 2 * LIMIT);
    assert!(series(&collected, "function.calls") <= LIMIT);
    for (outcome, result) in [(Outcome::Ok, "ok"), (Outcome::Error(None), "error")] {
        for at in 0..200 {
            let name = format!("function_{at}");
            assert_eq!(
                sum(
                    &collected,
                    "function.calls",
                    &[("function", &name), ("result", result)]
                ),
                calls(&snapshot, Some(at), &outcome),
                "{result} of {name}"
            );
        }
    }
    let overflow = [("caller.function", "__overflow__")];
    assert!(sum(&collected, "function.calls", &overflow) > 0);
    assert_eq!(
        sum(
            &collected,
            "function.calls",
            &[("otel.metric.overflow", "true")]
        ),
        0
    );
}

#[test]
fn no_count_is_lost_with_more_functions_than_the_limit() {
    let program = Program::new(Temporality::Cumulative, |observer| observer);
    let snapshot = crowd(3_000, 0);
    let collected = program.export(snapshot.clone());
    assert_eq!(series(&collected, "function.calls"), LIMIT);
    assert_eq!(series(&collected, "function.calls.cancelled"), LIMIT);
    let all = calls(&snapshot, None, &Outcome::Ok) + calls(&snapshot, None, &Outcome::Error(None));
    assert_eq!(sum(&collected, "function.calls", &[]), all);
    assert_eq!(
        sum(&collected, "function.calls.cancelled", &[]),
        2_999 * 3_000 / 2
    );
    for name in ["function.calls", "function.calls.cancelled"] {
        let overflown = collected
            .iter()
            .filter(|((metric, attributes), _)| {
                metric == name && attributes.contains_key("otel.metric.overflow")
            })
            .collect::<Vec<_>>();
        assert_eq!(overflown.len(), 1, "{name}");
        assert!(*overflown[0].1 > 0, "{name}");
    }
}

#[test]
fn reported_series_stay_separate() {
    let program = Program::new(Temporality::Cumulative, |observer| {
        observer.cardinality_limit(50)
    });
    let mut first = crowd(10, 4);
    // Some callers appear later, and before others in the order of edges.
    first
        .edges
        .retain(|edge| edge.caller != Caller::Function(1));
    let before = program.export(first);
    let after = program.export(crowd(10, 9));
    assert!(series(&after, "function.calls") <= 50);
    assert!(
        sum(
            &after,
            "function.calls",
            &[("caller.function", "__overflow__")]
        ) > 0
    );
    for (series, value) in before {
        let now = after.get(&series).copied();
        assert!(now >= Some(value), "{series:?}: {value}, then {now:?}");
    }
    assert_eq!(
        sum(&after, "function.calls", &[("result", "ok")]),
        calls(&crowd(10, 9), None, &Outcome::Ok)
    );
}
