//! Observed time, and rates.

use serde_json::json;

use super::{
    ask,
    fake::{Fake, pay, shop},
};

/// Checks covered seconds and calls per second of `shop::pay`, which is called 11 times a second.
#[track_caller]
fn check(observed: f64, window: f64, covered: f64, per_second: f64) {
    let fake = Fake {
        programs: vec![shop(observed)],
        series: vec![pay(11.0)],
    };
    let arguments = json!({"place": "shop::pay", "window_seconds": window});
    let answer = ask(fake, "context", &arguments);
    assert_eq!(answer["covered_seconds"], covered, "{answer}");
    let function = &answer["functions"][0];
    assert_eq!(function["calls_per_second"], per_second, "{answer}");
}

#[test]
fn rates_divide_by_the_observed_time_whatever_the_window() {
    check(480.0, 300.0, 300.0, 11.0);
    // Steps of 1.08 s and of 1.008 s.
    check(480.0, 21_600.0, 480.6, 10.99);
    check(480.0, 604_800.0, 480.8, 10.98);
    check(110.0, 21_600.0, 110.2, 10.98);
    check(900_000.0, 604_800.0, 604_800.0, 11.0);
}
