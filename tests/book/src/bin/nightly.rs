//! The command-line program of the chapter on batch programs.

use std::time::Duration;

use autometrics::{Outcome, instrument_fn, snapshot};

#[instrument_fn]
fn import(line: &str) -> Result<u64, std::num::ParseIntError> {
    line.trim().parse()
}

fn main() {
    for line in ["1", "2", "three"] {
        let _ = import(line);
    }
    print_summary();
}

/// Prints calls, errors and the total duration of each function that was called.
fn print_summary() {
    let snapshot = snapshot();
    for (index, function) in snapshot.functions.iter().enumerate() {
        let (mut calls, mut errors, mut seconds) = (0, 0, 0.0);
        for edge in snapshot.edges.iter().filter(|edge| edge.function == index) {
            calls += edge.latency.count();
            seconds += edge.latency.sum();
            if edge.outcome != Outcome::Ok {
                errors += edge.latency.count();
            }
        }
        if calls > 0 {
            let name = &function.name;
            let time = Duration::from_secs_f64(seconds);
            println!("{name}: {calls} calls, {errors} errors, {time:?}");
        }
    }
}
