//! `tracing::instrument` in a program without a subscriber.

use std::process::ExitCode;

fn main() -> ExitCode {
    harness::serve(&harness::Program::with(tracing_span::candidates()))
}
