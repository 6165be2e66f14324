//! The flight recorder: the last events of each function and of the program.

use std::{
    hint,
    sync::{
        Arc, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::SystemTime,
};

use super::{
    ended_call::EndedCall,
    window::{Limits, Window},
};
use crate::{TraceContext, callsite::Callsite, lock::Lock};

/// Number of windows in which calls set events aside.
const ASIDE: usize = 16;
/// Number of attempts of a call to lock any window; the work under a lock takes some 100
/// nanoseconds.
const TRIES: usize = 64;

/// An event without the values in the function's static.
#[derive(Debug)]
pub(super) struct StoredEvent {
    pub(super) site: &'static Callsite,
    pub(super) ended: EndedCall,
    /// Latency in nanoseconds.
    pub(super) nanos: u64,
    /// Callers by id; `None` for callers that are not known.
    pub(super) callers: Box<[Option<u32>]>,
    /// Number of the flow.
    pub(super) flow: u8,
    pub(super) error: Option<Box<str>>,
    /// Texts of the fields, in the order of the function's field names; `None` for a redacted
    /// field.
    pub(super) fields: Box<[Option<Box<str>>]>,
    pub(super) trace: Option<TraceContext>,
    pub(super) suppressed: u64,
    pub(super) time: SystemTime,
}

type Events = Window<Arc<StoredEvent>>;

/// The events of the program.
///
/// A call never waits for the window of all events. If another thread uses it, the call sets its
/// event aside in one of several other windows. The next thread that gets the window of all events
/// moves the events there. So a call loses its event only if as many threads as there are windows
/// were interrupted while they had one.
#[derive(Debug)]
pub(super) struct Recorder {
    all: Lock<Events>,
    aside: [Lock<Events>; ASIDE],
    /// `true` if events may be aside.
    has_aside: AtomicBool,
    /// Number of the next event.
    next: AtomicU64,
}

/// The recorder of the process.
pub(super) static RECORDER: Recorder = Recorder {
    all: Lock::new(Window::new()),
    aside: [const { Lock::new(Window::new()) }; ASIDE],
    has_aside: AtomicBool::new(false),
    next: AtomicU64::new(0),
};

impl Recorder {
    /// Records `stored` in place of the oldest event of its function, or of the program, if there
    /// are more than `limits` allow.
    ///
    /// Never blocks. All other outputs of events receive an event that this drops.
    pub(super) fn record(&self, stored: StoredEvent, limits: Limits) {
        if limits.of_function == 0 || limits.in_total == 0 {
            return;
        }
        // Relaxed: a number orders nothing.
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let function = std::ptr::from_ref(stored.site).addr();
        let stored = Arc::new(stored);
        for _ in 0..TRIES {
            if let Some(mut all) = self.all.try_lock() {
                let oldest = all.insert(number, function, stored, limits);
                let others = self.take_aside(&mut all, limits, Lock::try_lock);
                // Freed after the lock is released.
                drop(all);
                drop((oldest, others));
                return;
            }
            for window in &self.aside {
                if let Some(mut window) = window.try_lock() {
                    let oldest = window.insert(number, function, stored, limits);
                    drop(window);
                    drop(oldest);
                    self.has_aside.store(true, Ordering::Release);
                    self.file_aside(limits);
                    return;
                }
            }
            hint::spin_loop();
        }
    }

    /// Returns the events, the oldest first.
    pub(super) fn events(&self, limits: Limits) -> Vec<Arc<StoredEvent>> {
        let Some(mut all) = self.all.lock() else {
            return self.events_aside(limits);
        };
        let others = self.take_aside(&mut all, limits, Lock::lock);
        let events = all.values().cloned().collect();
        drop(all);
        drop(others);
        events
    }

    /// Returns the events that are aside, the oldest first. After `fork` the owner of the window of
    /// all events may be gone, and all events since are aside.
    fn events_aside(&self, limits: Limits) -> Vec<Arc<StoredEvent>> {
        let mut found = Window::new();
        for window in self.aside.iter().filter_map(Lock::lock) {
            let mut copy = window.clone();
            found.merge(&mut copy, limits);
        }
        found.values().cloned().collect()
    }

    /// Moves the events that are aside, unless another thread uses the window of all events: that
    /// thread, the next event or the next reader then moves them.
    fn file_aside(&self, limits: Limits) {
        if let Some(mut all) = self.all.try_lock() {
            let others = self.take_aside(&mut all, limits, Lock::try_lock);
            drop(all);
            drop(others);
        }
    }

    /// Moves the events of all windows that `lock` locks to `all`, and returns those that leave it.
    fn take_aside<'a>(
        &'a self,
        all: &mut Events,
        limits: Limits,
        lock: impl Fn(&'a Lock<Events>) -> Option<MutexGuard<'a, Events>>,
    ) -> Vec<Arc<StoredEvent>> {
        let mut others = Vec::new();
        // Acquire and `Release`: whoever sees `true` also finds the event.
        if !self.has_aside.swap(false, Ordering::Acquire) {
            return others;
        }
        for window in &self.aside {
            match lock(window) {
                Some(mut window) => others.extend(all.merge(&mut window, limits)),
                None => self.has_aside.store(true, Ordering::Release),
            }
        }
        others
    }
}
