//! `tracing::instrument` in a program that keeps spans for a layer that does nothing with them.

use std::process::ExitCode;

use tracing::Subscriber;
use tracing_subscriber::{Layer, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Is asked of every span, and wants nothing. A registry without a layer above it would never
/// give a closed span's place back, and grow with every call.
struct Empty;

impl<S: Subscriber> Layer<S> for Empty {}

fn main() -> ExitCode {
    tracing_subscriber::registry().with(Empty).init();
    harness::serve(&harness::Program::with(tracing_span::candidates()))
}
