//! The flight recorder of one function: its last events, in a ring of fixed size.

use std::{
    hint,
    sync::{
        Arc, Mutex, OnceLock, PoisonError, TryLockError,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use super::ended_call::EndedCall;
use crate::TraceContext;

/// Number of attempts of a call to lock a place that is being read; a read takes some nanoseconds.
const TRIES: usize = 64;

/// An event without the values in the function's static.
#[derive(Debug)]
pub(super) struct StoredEvent {
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

type Place = Mutex<Option<Arc<StoredEvent>>>;

/// A ring with one lock per event, so that writers rarely meet each other or a reader.
#[derive(Debug)]
pub(super) struct Recorder {
    /// Allocated with the first event, because most functions have none.
    places: OnceLock<Box<[Place]>>,
    /// Number of events recorded so far.
    next: AtomicUsize,
}

impl Recorder {
    pub(super) const fn new() -> Self {
        Self {
            places: OnceLock::new(),
            next: AtomicUsize::new(0),
        }
    }

    /// Records `stored` in place of the oldest of `remember` events.
    ///
    /// Never blocks: if another thread holds the lock of that place, the recorder drops the event.
    /// All other outputs still receive it.
    pub(super) fn record(&self, stored: StoredEvent, remember: usize) {
        let places = self
            .places
            .get_or_init(|| (0..remember).map(|_| Mutex::new(None)).collect());
        if places.is_empty() {
            return;
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed) % places.len();
        let stored = Arc::new(stored);
        for _ in 0..TRIES {
            let mut place = match places[at].try_lock() {
                Ok(place) => place,
                Err(TryLockError::Poisoned(place)) => place.into_inner(),
                Err(TryLockError::WouldBlock) => {
                    hint::spin_loop();
                    continue;
                }
            };
            let oldest = place.replace(stored);
            // Freed after the lock is released.
            drop(place);
            drop(oldest);
            return;
        }
    }

    /// Returns the events in the ring, in no particular order.
    pub(super) fn events(&self) -> Vec<Arc<StoredEvent>> {
        let places = self.places.get().map(|places| &**places);
        let places = places.unwrap_or_default().iter();
        // No code panics with the lock held.
        let read = |place: &Place| place.lock().unwrap_or_else(PoisonError::into_inner).clone();
        places.filter_map(read).collect()
    }
}
