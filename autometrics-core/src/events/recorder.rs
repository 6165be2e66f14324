//! The flight recorder of one function: its last events, in a ring of fixed size.

use std::{
    hint,
    sync::{
        Arc, Mutex, OnceLock, PoisonError, TryLockError,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use super::keep::Ended;
use crate::TraceContext;

/// How often a call tries to get at a place that someone reads, which takes
/// some nanoseconds.
const TRIES: usize = 64;

/// An event without what its function's static knows.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) ended: Ended,
    pub(super) seconds: f64,
    /// By id; `None` for some that are not known.
    pub(super) callers: Box<[Option<u32>]>,
    pub(super) error: Option<Box<str>>,
    /// In the order of the function's names; `None` where it was redacted.
    pub(super) fields: Box<[Option<Box<str>>]>,
    pub(super) trace: Option<TraceContext>,
    pub(super) suppressed: u64,
    pub(super) time: SystemTime,
}

type Place = Mutex<Option<Arc<Kept>>>;

/// A place for each event, so that those who write hardly meet each other, nor a reader.
#[derive(Debug)]
pub(super) struct Recorder {
    /// Made with the first event, as most functions have none.
    places: OnceLock<Box<[Place]>>,
    /// How many were recorded.
    next: AtomicUsize,
}

impl Recorder {
    pub(super) const fn new() -> Self {
        Self {
            places: OnceLock::new(),
            next: AtomicUsize::new(0),
        }
    }

    /// Records `kept` in place of the oldest of `remember` events.
    ///
    /// It does not wait: where another thread holds that very place, the
    /// recorder, and nothing else, goes without the event.
    pub(super) fn record(&self, kept: Kept, remember: usize) {
        let places = self
            .places
            .get_or_init(|| (0..remember).map(|_| Mutex::new(None)).collect());
        if places.is_empty() {
            return;
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed) % places.len();
        let kept = Arc::new(kept);
        for _ in 0..TRIES {
            let mut place = match places[at].try_lock() {
                Ok(place) => place,
                Err(TryLockError::Poisoned(place)) => place.into_inner(),
                Err(TryLockError::WouldBlock) => {
                    hint::spin_loop();
                    continue;
                }
            };
            let oldest = place.replace(kept);
            // Freed when no one waits for it.
            drop(place);
            drop(oldest);
            return;
        }
    }

    /// The events that are remembered, in no order.
    pub(super) fn kept(&self) -> Vec<Arc<Kept>> {
        let places = self.places.get().map(|places| &**places);
        let places = places.unwrap_or_default().iter();
        // Nothing panics with the lock held.
        let read = |place: &Place| place.lock().unwrap_or_else(PoisonError::into_inner).clone();
        places.filter_map(read).collect()
    }
}
