//! Functions instrumented with this project's attribute, all called in a span of a sampled trace
//! that a trace source returns.

use std::{cell::Cell, process::ExitCode, time::Duration};

use autometrics::{Objective, Settings, TraceContext, instrument_fn};
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

thread_local! {
    /// Current span, in a thread-local as in a tracing library.
    static CURRENT: Cell<Option<TraceContext>> =
        const { Cell::new(Some(TraceContext::new(0x4bf9, 0xf067, true))) };
}

fn main() -> ExitCode {
    let settings = Settings::new().trace_source(|| CURRENT.get());
    if let Err(error) = settings.apply() {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    harness::serve(&Program::with(candidates()))
}
