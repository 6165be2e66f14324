//! Functions instrumented with `hotpath::measure`.

use std::{process::ExitCode, time::Duration};

use harness::{Candidate, Program};
use hotpath::{Format, HotpathGuardBuilder};

/// Interval of the check for idleness. hotpath's thread looks for measurements every 50 ms.
const SWEEP: Duration = Duration::from_millis(60);

harness::subjects!(
    candidates, "",
    plain: { #[hotpath::measure] },
    objective: { #[hotpath::measure] },
    concurrency: { #[hotpath::measure] },
    // No table compares the method.
    method: {},
);

fn main() -> ExitCode {
    // Without the guard nothing is kept. No output, because standard output belongs to the
    // protocol.
    let _profiler = HotpathGuardBuilder::new("main")
        .format(Format::None)
        .build();
    // Calls only put measurements into queues, and a thread adds them to histograms.
    let settling = candidates().into_iter().map(|candidate| Candidate {
        settle: Some(|| harness::until_idle(SWEEP)),
        ..candidate
    });
    harness::serve(&Program::with(settling.collect()))
}
