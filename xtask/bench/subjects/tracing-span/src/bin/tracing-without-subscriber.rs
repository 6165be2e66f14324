//! `tracing::instrument` in a program that listens to none of it.

use std::process::ExitCode;

fn main() -> ExitCode {
    harness::serve(&harness::Program::with(tracing_span::candidates()))
}
