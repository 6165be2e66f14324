//! Latencies in the explorer match those that a caller measures, at every scale.

use std::{
    thread,
    time::{Duration, Instant},
};

use autometrics::{
    explorer::{Explorer, Handler},
    instrument_fn,
};
use serde_json::Value;

/// Relative difference that is allowed between an estimate and the caller's measurement. A bucket
/// accounts for 4.5 %.
const CLOSE: f64 = 0.06;

#[instrument_fn]
fn nothing(_: u32) {}

#[instrument_fn]
fn two_microseconds(factor: u32) {
    spin(factor * Duration::from_micros(2));
}

#[instrument_fn]
fn forty_microseconds(factor: u32) {
    spin(factor * Duration::from_micros(40));
}

#[instrument_fn]
fn three_milliseconds(factor: u32) {
    spin(factor * Duration::from_millis(3));
}

fn spin(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
}

/// Calls a function `calls` times, and returns the sorted durations. One call in ten takes three
/// times as long as most, and one in forty seven times.
#[instrument_fn]
fn measure(function: fn(u32), calls: usize) -> Vec<Duration> {
    let mut all: Vec<Duration> = (1..=calls)
        .map(|call| {
            let factor = match call {
                call if call % 40 == 0 => 7,
                call if call % 10 == 0 => 3,
                _ => 1,
            };
            let start = Instant::now();
            function(factor);
            start.elapsed()
        })
        .collect();
    all.sort();
    all
}

fn ask(handler: &Handler, question: &str) -> Value {
    let request = http::Request::get(format!("/api/v1/{question}")).header("host", "localhost");
    let response = handler.handle(&request.body(()).expect("a request"));
    assert_eq!(response.status(), 200, "{question}");
    serde_json::from_slice(response.body()).expect("JSON")
}

/// Waits until the explorer has a sample with all these calls, and returns its answer.
fn sampled(handler: &Handler, functions: &[(&str, Vec<Duration>)]) -> Value {
    let is_there = |answer: &Value, name: &str, calls: usize| {
        let all = answer["functions"].as_array().expect("functions");
        let found = all.iter().find(|one| one["name"] == name);
        found.is_some_and(|one| one["calls_total"] == calls)
    };
    loop {
        let answer = ask(handler, "functions?window=60");
        let mut functions = functions.iter();
        if functions.all(|(name, measured)| is_there(&answer, name, measured.len())) {
            return answer;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn quantiles_match_the_callers_measurements() {
    let handler = Explorer::new().start().expect("a thread");
    let functions = [
        ("two_microseconds", measure(two_microseconds, 20_000)),
        ("forty_microseconds", measure(forty_microseconds, 4_000)),
        ("three_milliseconds", measure(three_milliseconds, 400)),
    ];
    // A caller also measures the overhead of the call and a reading of the clock. So it does for an
    // empty function.
    let besides = measure(nothing, 10_000)[5_000].as_secs_f64();
    assert!(besides < 1e-6, "{besides} s for a call that does nothing");
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
            let rank = (measured.len() * per_thousand).div_ceil(1000);
            let by_caller = measured[rank - 1].as_secs_f64();
            for found in [function, edge] {
                let found = found[format!("{quantile}_seconds")].as_f64();
                let found = found.expect("there were calls");
                let least = (by_caller - besides) * (1.0 - CLOSE);
                let most = by_caller * (1.0 + CLOSE);
                assert!(
                    (least..=most).contains(&found),
                    "{name} {quantile}: {found} s, and {by_caller} s by its caller"
                );
            }
        }
    }
}
