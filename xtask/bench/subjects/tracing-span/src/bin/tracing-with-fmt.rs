//! `tracing::instrument` in a program that writes events with the spans they are in, and has none.

use std::{io, process::ExitCode};

use tracing_subscriber::fmt::format::FmtSpan;

fn main() -> ExitCode {
    // Each span's fields are written into a buffer, as an event would need them.
    tracing_subscriber::fmt()
        .with_span_events(FmtSpan::NONE)
        .with_writer(io::sink)
        .init();
    harness::serve(&harness::Program::with(tracing_span::candidates()))
}
