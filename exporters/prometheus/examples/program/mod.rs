//! Snapshot for measurements: 1,000 functions, 20 of them with an objective.

use std::time::Duration;

use autometrics_core::{Caller, Edge, Function, Histogram, Outcome, Snapshot};
use slo_spec::Objective;

const FUNCTIONS: usize = 1_000;
const OBJECTIVE: Objective = Objective::new("api")
    .success_rate(99.9)
    .latency(Duration::from_millis(250), 99.0);

/// Returns a snapshot in which each function has `callers` callers: none, and the next
/// `callers - 1` functions.
pub(crate) fn program(callers: usize) -> Snapshot {
    let mut snapshot = Snapshot::new("shop");
    for at in 0..FUNCTIONS {
        // Static and sorted names, as in a running program.
        let module: &'static str = format!("shop::module_{:02}", at / 20).leak();
        let name: &'static str = format!("Type::function_{at:03}").leak();
        let mut function = Function::new(module, name);
        if at % 50 == 0 {
            function.objectives = vec![OBJECTIVE];
        }
        snapshot.functions.push(function);
    }
    let buckets: Vec<u64> = (0..=snapshot.bounds.len() as u64).collect();
    for function in 0..FUNCTIONS {
        let others = (1..callers).map(|other| Caller::Function((function + other) % FUNCTIONS));
        for caller in [Caller::None].into_iter().chain(others) {
            for outcome in [Outcome::Ok, Outcome::Error(None), Outcome::PANIC] {
                let mut latency = Histogram::default();
                for (bound, calls) in snapshot.bounds.iter().zip(&buckets) {
                    let seconds = Duration::from_secs_f64(*bound);
                    latency.record(seconds, calls * function as u64, &snapshot.bounds);
                }
                snapshot
                    .edges
                    .push(Edge::new(function, caller, outcome, latency));
            }
        }
    }
    snapshot
}
