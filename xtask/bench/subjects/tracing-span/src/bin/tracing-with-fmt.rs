//! `tracing::instrument` in a program that formats spans for events, and emits no events.

use std::{io, process::ExitCode};

use tracing_subscriber::fmt::format::FmtSpan;

fn main() -> ExitCode {
    // The fields of each span are formatted into a buffer, as an event would need them.
    tracing_subscriber::fmt()
        .with_span_events(FmtSpan::NONE)
        .with_writer(io::sink)
        .init();
    harness::serve(&harness::Program::with(tracing_span::candidates()))
}
