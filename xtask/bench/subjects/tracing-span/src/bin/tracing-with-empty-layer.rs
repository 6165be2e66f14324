//! `tracing::instrument` in a program with a registry and a layer that does nothing.

use std::process::ExitCode;

use tracing::Subscriber;
use tracing_subscriber::{Layer, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// A layer that ignores all spans.
///
/// A registry without a layer would never free a closed span's place, and would grow with every
/// call.
struct Empty;

impl<S: Subscriber> Layer<S> for Empty {}

fn main() -> ExitCode {
    tracing_subscriber::registry().with(Empty).init();
    harness::serve(&harness::Program::with(tracing_span::candidates()))
}
