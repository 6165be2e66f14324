//! Events: the calls that are kept, the fields of an event, and that failures do no harm.
#![expect(
    clippy::needless_pass_by_value,
    reason = "an expectation is written where it is used"
)]

mod callers;
mod contents;
mod harmless;
mod kept;
mod log;

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Once,
    thread,
};

use autometrics::{Event, EventSettings, Settings, TraceContext, recent_events};
use expect_test::Expect;
use log::EventLog;
use tracing::dispatcher::with_default;

/// Applies the settings of all tests here, because settings are per process.
pub(crate) fn set_up() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let events = EventSettings::new()
            .one_in(1_000)
            .per_second(1_000_000)
            .longest_field(20)
            .redact(|field| match field.name {
                "card" => None,
                "error" if field.text.contains("secret") => {
                    Some(field.text.replace("secret", "***").into())
                }
                "breaks_the_hook" => panic!("the hook"),
                _ => Some(field.text.into()),
            });
        let source = || Some(TraceContext::new(0xabc, 0xdef, true));
        Settings::new()
            .events(events)
            .trace_source(source)
            .apply()
            .unwrap();
    });
}

/// Returns the log of `work`, without the trace, which is always the same.
fn log_of(work: impl FnOnce()) -> String {
    set_up();
    let log = EventLog::default();
    with_default(&log.dispatch(), work);
    let lines = log.lines();
    let trace = " trace_id=00000000000000000000000000000abc span_id=0000000000000def";
    lines
        .iter()
        .map(|line| line.replace(trace, "") + "\n")
        .collect()
}

#[track_caller]
pub(crate) fn check(work: impl FnOnce(), expected: Expect) {
    expected.assert_eq(&log_of(work));
}

/// Returns the remembered events of `function`.
pub(crate) fn recorded(function: &str) -> Vec<Event> {
    let mut events = recent_events();
    events.retain(|event| event.function == function);
    events
}

pub(crate) fn quietly<R>(work: impl FnOnce() -> R) -> thread::Result<R> {
    catch_unwind(AssertUnwindSafe(work))
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// An error with a number in its text.
#[derive(Debug)]
pub(crate) struct Declined(pub(crate) u8);

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "declined with {}", self.0)
    }
}
