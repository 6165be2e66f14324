//! Events: single calls that are kept, selected after their outcome is known.
//!
//! ```text
//! call begins   fields captured, the call put on the thread's chain
//! call ends     counted as any other; then error, panic, slow, one in n? ─▶ else that was all
//! kept          rate limit ─▶ texts, redacted and cut ─▶ flight recorder, `tracing`
//! ```
//!
//! The state of a function's events is in the function's own static: nothing is looked up, and
//! functions without `events` pay nothing. The flight recorder is one for the program, because its
//! size is limited for the program. The code after the selection is out of line and inside
//! `catch_unwind`: a panic of a `Display`, a redaction hook or a subscriber does not reach the
//! caller.

mod admission;
mod call;
mod capture;
mod ended_call;
mod event;
mod future;
mod keep;
mod publication;
mod recorder;
mod selection;
mod settings;
mod site;
mod text;
mod thread;
mod window;

pub(crate) use self::thread::{restore_floor, swap_floor};
pub use self::{
    call::{EventCall, enter_classified_with_events, enter_with_events},
    capture::{Field, Otherwise, no_error, no_fields},
    event::{Event, EventReason},
    future::{
        EventCallOf, EventFuture, defer_with_events, event_call_of, instrument_opaque_with_events,
        instrument_with_events,
    },
    keep::Captured,
    publication::recent_events,
    settings::{EventField, EventSettings},
    site::EventSite,
    text::{ErrorText, FormatDebug, FormatNothing},
};
