//! All arguments, in any order and with a trailing comma.
use std::time::Duration;

use autometrics::{Objective, instrument_fn};

mod objectives {
    use super::{Duration, Objective};

    pub(crate) const API: Objective = Objective::new("api")
        .success_rate(99.95)
        .latency(Duration::from_micros(50), 90.0)
        .period_days(28)
        .owner("payments")
        .runbook("https://wiki.example/api");
}

#[instrument_fn]
fn none() {}

#[instrument_fn()]
fn empty() {}

#[instrument_fn(track_concurrency, objective = objectives::API, name = "both",)]
fn all() {}

#[instrument_fn(objective = Objective::new("inline").success_rate(99.0))]
fn inline() {}

fn main() {
    none();
    empty();
    all();
    inline();
}
