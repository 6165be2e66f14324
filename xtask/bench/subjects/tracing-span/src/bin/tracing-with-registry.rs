//! `tracing::instrument` in a program that keeps spans, and does nothing with them.

use std::process::ExitCode;

use tracing_subscriber::util::SubscriberInitExt as _;

fn main() -> ExitCode {
    tracing_subscriber::registry().init();
    harness::serve(&harness::Program::with(tracing_span::candidates()))
}
