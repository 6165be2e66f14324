//! Functions decorated with this project's attribute.

use std::{hint::black_box, process::ExitCode, time::Duration};

use autometrics::{Objective, instrument_fn};
use harness::Program;

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

fn main() -> ExitCode {
    harness::serve(&Program {
        scrape: Some(|| drop(black_box(autometrics::snapshot()))),
        ..Program::with(candidates())
    })
}
