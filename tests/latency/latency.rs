//! The time to format an error is not part of the call's latency.

#[path = "../support/mod.rs"]
mod support;

use std::{fmt, thread::sleep, time::Duration};

use autometrics::{instrument_fn, snapshot};
use support::ended;

/// An error that takes 300 ms to format.
struct Slow;

const LONG: Duration = Duration::from_millis(300);

impl fmt::Display for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        sleep(LONG);
        f.write_str("slow")
    }
}

impl fmt::Debug for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Returns the total seconds of calls of a function.
fn seconds(name: &str) -> f64 {
    let snapshot = snapshot();
    let functions = &snapshot.functions;
    let at = functions.iter().position(|function| function.name == name);
    let edges = snapshot
        .edges
        .iter()
        .filter(|edge| Some(edge.function) == at);
    edges.map(|edge| edge.latency.sum()).sum()
}

/// Asserts that a function failed once, and that formatting is not part of its latency.
#[track_caller]
fn is_quick(name: &str) {
    assert_eq!(ended(name, "error"), 1, "{name}");
    assert!(
        seconds(name) < LONG.as_secs_f64() / 2.0,
        "{name}: {}",
        seconds(name)
    );
}

#[track_caller]
fn is_kept(name: &str) {
    let events = autometrics::recent_events();
    let event = events.iter().find(|event| event.function == name);
    let event = event.unwrap_or_else(|| panic!("{name} was not kept"));
    assert_eq!(event.error.as_deref(), Some("slow"), "{name}");
    assert!(event.latency < LONG / 2, "{name}: {:?}", event.latency);
}

#[instrument_fn(events)]
fn fails() -> Result<u8, Slow> {
    Err(Slow)
}

#[instrument_fn(events)]
#[track_caller]
fn fails_at_an_exit() -> Result<u8, Slow> {
    Err(Slow)
}

#[instrument_fn(events)]
async fn fails_later() -> Result<u8, Slow> {
    tokio::task::yield_now().await;
    Err(Slow)
}

#[instrument_fn(events)]
fn returns_a_future() -> impl Future<Output = Result<u8, Slow>> {
    fails_later()
}

#[tokio::test]
async fn latency_excludes_formatting_the_error_for_an_event() {
    assert!(fails().is_err());
    assert!(fails_at_an_exit().is_err());
    assert!(returns_a_future().await.is_err());
    for name in ["fails", "fails_at_an_exit", "fails_later"] {
        is_quick(name);
        is_kept(name);
    }
}

/// The latency of an instrumented caller includes the time that it waited.
#[tokio::test]
async fn latency_of_a_caller_includes_formatting_the_error_of_its_callee() {
    #[instrument_fn]
    async fn outer() -> Result<u8, Slow> {
        inner().await
    }
    #[instrument_fn(events)]
    async fn inner() -> Result<u8, Slow> {
        tokio::task::yield_now().await;
        Err(Slow)
    }
    assert!(outer().await.is_err());
    is_quick("inner");
    assert!(seconds("outer") >= LONG.as_secs_f64());
}

#[cfg(feature = "tracing-0_1")]
mod spans {
    use super::*;

    #[instrument_fn(span(err))]
    fn writes() -> Result<u8, Slow> {
        Err(Slow)
    }

    #[instrument_fn(span(err(Debug), ret), events)]
    #[track_caller]
    fn writes_at_an_exit() -> Result<u8, Slow> {
        Err(Slow)
    }

    #[instrument_fn(span(err, ret))]
    async fn writes_later() -> Result<u8, Slow> {
        tokio::task::yield_now().await;
        Err(Slow)
    }

    #[tokio::test]
    async fn latency_excludes_formatting_the_error_for_a_span() {
        use tracing_subscriber::layer::SubscriberExt as _;
        // A subscriber that formats the fields of events.
        struct Formats;
        impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Formats {
            fn on_event(
                &self,
                event: &tracing::Event<'_>,
                _: tracing_subscriber::layer::Context<'_, S>,
            ) {
                event.record(&mut |_: &tracing::field::Field, value: &dyn fmt::Debug| {
                    let _ = format!("{value:?}");
                });
            }
        }
        let subscriber = tracing_subscriber::registry().with(Formats);
        let _default = tracing::subscriber::set_default(subscriber);
        assert!(writes().is_err());
        assert!(writes_at_an_exit().is_err());
        assert!(writes_later().await.is_err());
        for name in ["writes", "writes_at_an_exit", "writes_later"] {
            is_quick(name);
        }
    }
}
