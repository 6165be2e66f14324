//! A snapshot of a small program in which every metric occurs.

use std::time::{Duration, SystemTime};

use autometrics_core::{BuildInfo, Caller, Edge, Function, Histogram, Outcome, Snapshot};
use slo_spec::Objective;

const CHECKOUT: Objective = Objective::new("checkout")
    .success_rate(99.95)
    .latency(Duration::from_millis(180), 99.0);

/// Returns the snapshot of a program with two functions. One calls the other and has an objective.
pub(crate) fn shop() -> Snapshot {
    let mut snapshot = Snapshot::new("shop");
    snapshot.build = BuildInfo::default();
    snapshot.build.version = "1.2.3".into();
    snapshot.build.repository_url = "https://code.example/shop".into();
    snapshot.bounds = vec![0.000_05, 0.1, 0.18, 1.0];
    snapshot.functions = vec![
        Function::new("shop::cart", "Cart::add"),
        Function::new("shop::orders", "place_order"),
    ];
    snapshot.functions[1].objectives = vec![CHECKOUT];
    snapshot.functions[1].package = "shop-core".into();
    snapshot.functions[1].in_flight = Some(2);
    snapshot.functions[1].cancelled = Some(Histogram::new(vec![4], 0.0));
    snapshot.functions[1].suppressed_events = Some(5);
    snapshot.overflowed_pairs = 3;
    snapshot.edges = vec![
        edge(0, Caller::None, Outcome::Ok, &[], 0.0),
        edge(0, Caller::Function(1), Outcome::Ok, &[3, 1, 0, 0, 0], 0.07),
        edge(
            0,
            Caller::Overflow,
            Outcome::Error(None),
            &[0, 0, 1, 0, 1],
            1.63,
        ),
        edge(1, Caller::None, Outcome::Ok, &[0, 5, 2, 0, 0], 0.75),
        edge(1, Caller::None, Outcome::Error(None), &[], 0.0),
        edge(
            1,
            Caller::None,
            Outcome::Error(Some("timeout".into())),
            &[0, 0, 0, 0, 1],
            3.0,
        ),
        edge(1, Caller::None, Outcome::PANIC, &[0, 1, 0, 0, 0], 0.0625),
    ];
    snapshot
}

/// Returns the snapshot of [`shop`] with start times and with latencies by caller.
pub(crate) fn born() -> Snapshot {
    let mut snapshot = shop();
    let started = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_250);
    snapshot.started = Some(started);
    snapshot.edges[1].created = Some(started + Duration::from_millis(59_750));
    snapshot.latency_by_caller = true;
    snapshot
}

/// Returns the calls of the function with index `function`.
pub(crate) fn edge(
    function: usize,
    caller: Caller,
    outcome: Outcome,
    buckets: &[u64],
    sum: f64,
) -> Edge {
    Edge::new(
        function,
        caller,
        outcome,
        Histogram::new(buckets.to_vec(), sum),
    )
}
