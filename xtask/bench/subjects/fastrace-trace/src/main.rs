//! Functions decorated with `fastrace::trace`, in a program that throws the spans away.

use std::process::ExitCode;

use fastrace::{
    Span,
    collector::{Config, Reporter, SpanContext, SpanRecord},
};
use harness::{Candidate, Loop, Program};

/// The number of iterations that have a root span in common, as the calls of a request would. All its
/// spans fit into its queue, so that none is left out.
const REQUEST: u32 = 100;

harness::subjects!(
    candidates, "",
    plain: { #[fastrace::trace] },
    objective: { #[fastrace::trace] },
    concurrency: { #[fastrace::trace] },
    // No one asks for the method here.
    method: {},
);

struct Nowhere;

impl Reporter for Nowhere {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        drop(spans);
    }
}

fn in_requests(iterations: u32, run: Loop) {
    let mut left = iterations;
    while left > 0 {
        let now = left.min(REQUEST);
        let root = Span::root("request", SpanContext::random());
        let _parent = root.set_local_parent();
        run(now);
        left -= now;
    }
}

fn main() -> ExitCode {
    fastrace::set_reporter(Nowhere, Config::default());
    // Calls only put spans into queues; a thread makes records of them.
    let settling = candidates().into_iter().map(|candidate| Candidate {
        within: Some(in_requests),
        settle: Some(fastrace::flush),
        ..candidate
    });
    harness::serve(&Program::with(settling.collect()))
}
