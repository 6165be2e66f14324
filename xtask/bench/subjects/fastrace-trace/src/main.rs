//! Functions instrumented with `fastrace::trace`, in a program that drops the spans.

use std::process::ExitCode;

use fastrace::{
    Span,
    collector::{Config, Reporter, SpanContext, SpanRecord},
};
use harness::{Candidate, Loop, Program};

/// Number of iterations with a common root span, like the calls of a request.
///
/// All its spans fit into the queue of fastrace, so that none is dropped there.
const REQUEST: u32 = 100;

harness::subjects!(
    candidates, "",
    plain: { #[fastrace::trace] },
    objective: { #[fastrace::trace] },
    concurrency: { #[fastrace::trace] },
    // No table compares the method.
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
    // Calls only put spans into queues, and a thread turns them into records.
    let settling = candidates().into_iter().map(|candidate| Candidate {
        within: Some(in_requests),
        settle: Some(fastrace::flush),
        ..candidate
    });
    harness::serve(&Program::with(settling.collect()))
}
