//! One snapshot for all instruments of a collection.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use autometrics_core::Snapshot;

/// Takes a snapshot for the first instrument that asks, and another when the same one
/// asks again: that is the next collection.
///
/// Which instrument asks first, and whether all of them do, is up to the views of the
/// provider.
pub(crate) struct Shared {
    take: Box<dyn Fn() -> Snapshot + Send + Sync>,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    snapshot: Option<Arc<Snapshot>>,
    /// A bit for each instrument that has seen it.
    seen: u32,
}

impl Shared {
    pub(crate) fn new(take: Box<dyn Fn() -> Snapshot + Send + Sync>) -> Self {
        Self {
            take,
            last: Mutex::default(),
        }
    }

    /// For the instrument with this number, one never older than what it saw before.
    pub(crate) fn snapshot(&self, instrument: u32) -> Arc<Snapshot> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let bit = 1 << instrument;
        let is_new = last.seen & bit == 0;
        last.seen |= bit;
        match &last.snapshot {
            Some(snapshot) if is_new => Arc::clone(snapshot),
            _ => {
                // Taken under the lock, so that snapshots are kept in the order in which
                // they were taken.
                let snapshot = Arc::new((self.take)());
                *last = Last {
                    snapshot: Some(Arc::clone(&snapshot)),
                    seen: bit,
                };
                snapshot
            }
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}
