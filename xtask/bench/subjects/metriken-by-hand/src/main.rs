//! Functions that count and time themselves with the crate `metriken`.

use std::{process::ExitCode, time::Instant};

use metriken::{AtomicCounterHistogram, Counter, metric};

/// Records in statics of the function's own, so nothing is looked up.
macro_rules! by_hand {
    (value $function:ident $body:block) => {{
        #[metric(name = "nanoseconds", metadata = { function = stringify!($function) })]
        static DURATIONS: AtomicCounterHistogram = AtomicCounterHistogram::new(7, 64);
        #[metric(name = "calls/ok", metadata = { function = stringify!($function) })]
        static CALLS: Counter = Counter::new();

        let start = Instant::now();
        let returned = $body;
        let nanos = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        CALLS.increment();
        let _ = DURATIONS.increment(nanos);
        returned
    }};
    (result $function:ident $body:block) => {{
        #[metric(name = "calls/error", metadata = { function = stringify!($function) })]
        static ERRORS: Counter = Counter::new();
        #[metric(name = "calls/ok", metadata = { function = stringify!($function) })]
        static CALLS: Counter = Counter::new();
        #[metric(name = "nanoseconds", metadata = { function = stringify!($function) })]
        static DURATIONS: AtomicCounterHistogram = AtomicCounterHistogram::new(7, 64);

        let start = Instant::now();
        let returned = $body;
        let nanos = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        if returned.is_ok() {
            CALLS.increment();
        } else {
            ERRORS.increment();
        }
        let _ = DURATIONS.increment(nanos);
        returned
    }};
}

harness::subjects!(
    candidates, "",
    plain: {},
    objective: {},
    concurrency: {},
    method: {},
    around: { by_hand },
);

fn main() -> ExitCode {
    harness::serve(&harness::Program::with(candidates()))
}
