//! Measures the text of a scrape: 1,000 functions, of which 20 have an objective, and 6,000
//! edges. No thread records meanwhile.
//!
//! ```console
//! $ cargo run --release -p autometrics-prometheus --example scrape_cost
//! ```
//!
//! To compare two revisions, build it in both and run the programs in turn. Instructions
//! settle small differences: `valgrind --tool=callgrind target/release/examples/scrape_cost 10`.

use std::time::{Duration, Instant};

use autometrics_core::{Caller, Edge, Function, Histogram, Outcome, Snapshot};
use autometrics_prometheus::{Format, encode};
use slo_spec::Objective;

const FUNCTIONS: usize = 1_000;
const OBJECTIVE: Objective = Objective::new("api")
    .success_rate(99.9)
    .latency(Duration::from_millis(250), 99.0);

fn main() {
    let rounds = std::env::args().nth(1).and_then(|it| it.parse().ok());
    let rounds: usize = rounds.unwrap_or(300).max(1);
    let snapshot = program();
    for (name, format) in [("text", Format::Text), ("OpenMetrics", Format::OpenMetrics)] {
        let mut bytes = 0;
        let mut times: Vec<Duration> = (0..rounds)
            .map(|_| {
                let start = Instant::now();
                bytes = encode(&snapshot, format).len();
                start.elapsed()
            })
            .collect();
        times.sort_unstable();
        println!(
            "{name}: {bytes} bytes in {:?}, the median of {rounds}",
            times[rounds / 2]
        );
    }
}

fn program() -> Snapshot {
    let mut snapshot = Snapshot::new("shop");
    for at in 0..FUNCTIONS {
        // Constants, and sorted, as in a program that runs.
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
        let other = Caller::Function((function + 1) % FUNCTIONS);
        for caller in [Caller::None, other] {
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
