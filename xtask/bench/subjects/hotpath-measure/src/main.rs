//! Functions decorated with `hotpath::measure`.

use std::{process::ExitCode, time::Duration};

use harness::{Candidate, Program};
use hotpath::{Format, HotpathGuardBuilder};

/// Its thread looks for measurements every 50 ms.
const SWEEP: Duration = Duration::from_millis(60);

harness::subjects!(
    candidates, "",
    plain: { #[hotpath::measure] },
    objective: { #[hotpath::measure] },
    concurrency: { #[hotpath::measure] },
    // No one asks for the method here.
    method: {},
);

fn main() -> ExitCode {
    // Without it nothing is kept. Standard output belongs to the protocol.
    let _profiler = HotpathGuardBuilder::new("main")
        .format(Format::None)
        .build();
    // Calls only put measurements into queues; the histograms are its thread's work.
    let settling = candidates().into_iter().map(|candidate| Candidate {
        settle: Some(|| harness::until_idle(SWEEP)),
        ..candidate
    });
    harness::serve(&Program::with(settling.collect()))
}
