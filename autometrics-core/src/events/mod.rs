//! Events: the calls that are worth keeping, chosen once their outcome is known.
//!
//! ```text
//! call begins   fields captured, the call put on the thread's chain
//! call ends     counted as any other; then error, panic, slow, one in n? ─▶ else that was all
//! kept          rate limit ─▶ texts, redacted and cut ─▶ flight recorder, `tracing`
//! ```
//!
//! All that a function needs for it is in its own static, so nothing is looked up and
//! functions without events have nothing of it. What comes after the choice is out of
//! line, and behind `catch_unwind`: a `Display`, a hook or a subscriber that panics is
//! not the caller's trouble.

mod admission;
mod call;
mod capture;
mod event;
mod future;
mod keep;
mod recorder;
mod settings;
mod site;
mod text;
mod thread;

pub(crate) use self::thread::{restore_floor, swap_floor};
pub use self::{
    call::{Watched, watch, watch_judged},
    capture::{Field, Otherwise, no_error, no_fields},
    event::{Event, Why},
    future::{
        WatchedCallOf, WatchedFuture, unmade_watched, watch_future, watch_opaque, watched_call_of,
    },
    keep::Captured,
    settings::{EventField, Events},
    site::{EventSite, recent_events},
    text::{ErrorText, TellDebug, TellNothing},
};
