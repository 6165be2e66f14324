//! Latencies in the explorer lie between those measured inside the function and by its caller, at
//! every scale.

use std::{
    thread,
    time::{Duration, Instant},
};

use autometrics::{
    explorer::{Explorer, Handler},
    instrument_fn,
};
use serde_json::Value;

/// Relative difference that is allowed between an estimate and the measurements. A bucket accounts
/// for 4.5 %.
const CLOSE: f64 = 0.06;

#[instrument_fn]
fn two_microseconds(factor: u32) -> Duration {
    spin(factor * Duration::from_micros(2))
}

#[instrument_fn]
fn forty_microseconds(factor: u32) -> Duration {
    spin(factor * Duration::from_micros(40))
}

#[instrument_fn]
fn three_milliseconds(factor: u32) -> Duration {
    spin(factor * Duration::from_millis(3))
}

/// Returns the time that it took.
fn spin(time: Duration) -> Duration {
    let start = Instant::now();
    loop {
        let elapsed = start.elapsed();
        if elapsed >= time {
            return elapsed;
        }
        std::hint::spin_loop();
    }
}

/// Durations of calls, sorted: measured inside the function, and by its caller. Whatever interrupts
/// a call, its latency lies between the two, and so does each quantile.
struct Measured {
    inside: Vec<Duration>,
    by_caller: Vec<Duration>,
}

/// Calls a function `calls` times. One call in ten takes three times as long as most, and one in
/// forty seven times.
#[instrument_fn]
fn measure(function: fn(u32) -> Duration, calls: usize) -> Measured {
    let (mut inside, mut by_caller): (Vec<_>, Vec<_>) = (1..=calls)
        .map(|call| {
            let factor = match call {
                call if call % 40 == 0 => 7,
                call if call % 10 == 0 => 3,
                _ => 1,
            };
            let start = Instant::now();
            let inside = function(factor);
            (inside, start.elapsed())
        })
        .unzip();
    inside.sort();
    by_caller.sort();
    Measured { inside, by_caller }
}

fn ask(handler: &Handler, question: &str) -> Value {
    let request = http::Request::get(format!("/api/v1/{question}")).header("host", "localhost");
    let response = handler.handle(&request.body(()).expect("a request"));
    assert_eq!(response.status(), 200, "{question}");
    serde_json::from_slice(response.body()).expect("JSON")
}

/// Waits until the explorer has a sample with all these calls, and returns its answer.
fn sampled(handler: &Handler, functions: &[(&str, Measured)]) -> Value {
    let is_there = |answer: &Value, name: &str, calls: usize| {
        let all = answer["functions"].as_array().expect("functions");
        let found = all.iter().find(|one| one["name"] == name);
        found.is_some_and(|one| one["calls_total"] == calls)
    };
    loop {
        let answer = ask(handler, "functions?window=60");
        let mut functions = functions.iter();
        if functions.all(|(name, measured)| is_there(&answer, name, measured.inside.len())) {
            return answer;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn quantiles_lie_between_the_measurements_inside_and_outside() {
    let handler = Explorer::new().start().expect("a thread");
    let functions = [
        ("two_microseconds", measure(two_microseconds, 20_000)),
        ("forty_microseconds", measure(forty_microseconds, 4_000)),
        ("three_milliseconds", measure(three_milliseconds, 400)),
    ];
    let answer = sampled(&handler, &functions);
    let graph = ask(&handler, "graph?window=60");
    for (name, measured) in &functions {
        let all = answer["functions"].as_array().expect("functions");
        let function = all.iter().find(|one| one["name"] == *name).expect(name);
        let edges = graph["edges"].as_array().expect("edges");
        let edge = edges.iter().find(|one| one["callee"] == function["id"]);
        let edge = edge.expect(name);
        assert_eq!(edge["caller"], "explorer::measure");
        for (quantile, per_thousand) in [("p50", 500), ("p95", 950), ("p99", 990)] {
            let rank = (measured.inside.len() * per_thousand).div_ceil(1000);
            let [inside, by_caller] =
                [&measured.inside, &measured.by_caller].map(|all| all[rank - 1].as_secs_f64());
            for found in [function, edge] {
                let found = found[format!("{quantile}_seconds")].as_f64();
                let found = found.expect("there were calls");
                let (least, most) = (inside * (1.0 - CLOSE), by_caller * (1.0 + CLOSE));
                assert!(
                    (least..=most).contains(&found),
                    "{name} {quantile}: {found} s, {inside} s inside and {by_caller} s by its caller"
                );
            }
        }
    }
}
