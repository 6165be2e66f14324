//! The static state of the events of one function.

use std::{
    sync::atomic::{AtomicU32, AtomicU64},
    time::Duration,
};

use super::{Event, EventReason, admission::Admission, thread};

/// The events of one function: the values from the attribute, and the rate limit.
#[derive(Debug)]
pub struct EventSite {
    pub(super) names: &'static [&'static str],
    pub(super) slower_than: Option<Duration>,
    pub(super) emit: fn(&Event),
    /// Latency above which a call is slow, in ticks. Zero until it is known, so that the first call
    /// is checked, which determines it.
    pub(super) ticks: AtomicU64,
    pub(super) nanos: AtomicU64,
    /// Number of the function's countdown in each thread.
    pub(super) place: AtomicU32,
    /// Number of threads that have begun to count down.
    pub(super) threads: AtomicU32,
    /// Number of calls, for functions without a countdown in threads.
    pub(super) calls: AtomicU64,
    admission: Admission,
}

impl EventSite {
    /// Creates the events of a function with these field names. `emit` receives each event.
    pub const fn new(names: &'static [&'static str], emit: fn(&Event)) -> Self {
        Self {
            names,
            slower_than: None,
            emit,
            ticks: AtomicU64::new(0),
            nanos: AtomicU64::new(0),
            place: AtomicU32::new(thread::NO_PLACE),
            threads: AtomicU32::new(0),
            calls: AtomicU64::new(0),
            admission: Admission::new(),
        }
    }

    /// Sets the limit above which calls of this function are slow.
    ///
    /// # Panics
    ///
    /// Panics at compile time if the limit is zero.
    #[must_use]
    pub const fn slower_than(mut self, limit: Duration) -> Self {
        assert!(
            !limit.is_zero(),
            "`slower_than` is 0s, so every call is slow: choose a time above zero"
        );
        self.slower_than = Some(limit);
        self
    }

    pub(super) fn names(&self) -> &'static [&'static str] {
        self.names
    }

    pub(crate) fn suppressed(&self) -> u64 {
        self.admission.suppressed()
    }

    pub(super) fn admit(&self, second: u32, per_second: u32, reason: EventReason) -> bool {
        self.admission.admit(second, per_second, reason)
    }

    pub(super) fn suppress(&self) {
        self.admission.suppress();
    }

    pub(super) fn take_unreported(&self) -> u64 {
        self.admission.take_unreported()
    }
}
