//! Functions instrumented with this project's attribute.

use std::{fmt, hint::black_box, process::ExitCode, time::Duration};

use autometrics::{Objective, instrument_fn};
use harness::{Candidate, Program, candidate};

const API: Objective = Objective::new("api")
    .success_rate(99.9)
    .latency(Duration::from_millis(180), 99.0);

harness::subjects!(
    candidates, "",
    plain: { #[instrument_fn] },
    objective: { #[instrument_fn(objective = API)] },
    concurrency: { #[instrument_fn(track_concurrency)] },
    method: { #[instrument_fn] },
);

/// An instrumented function with events, which no rival has. Its calls are never or rarely kept.
#[instrument_fn(events(fields(x)))]
#[inline(never)]
fn events(x: u64) -> Result<u64, fmt::Error> {
    if x == u64::MAX {
        Err(fmt::Error)
    } else {
        Ok(x ^ 1)
    }
}

fn all() -> Vec<Candidate> {
    let mut all = candidates();
    all.push(candidate!("events", 1, |x| events(x)));
    all.push(candidate!("events_err", 1, |x| events(x | u64::MAX)));
    all
}

fn main() -> ExitCode {
    harness::serve(&Program {
        scrape: Some(|| drop(black_box(autometrics::snapshot()))),
        ..Program::with(all())
    })
}
