//! Shares one snapshot among all instruments of a collection.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use autometrics_core::Snapshot;

/// Takes a snapshot for the first instrument of a collection. An instrument that asks again begins
/// the next collection, with a new snapshot.
///
/// The views of the provider determine which instruments ask, and in what order.
pub(crate) struct Shared {
    take: Box<dyn Fn() -> Snapshot + Send + Sync>,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    snapshot: Option<Arc<Snapshot>>,
    /// One bit for each instrument that has read the snapshot.
    seen: u32,
}

impl Shared {
    pub(crate) fn new(take: Box<dyn Fn() -> Snapshot + Send + Sync>) -> Self {
        Self {
            take,
            last: Mutex::default(),
        }
    }

    /// Returns the snapshot for the instrument with this index. It is never older than the last one
    /// that the instrument got.
    pub(crate) fn snapshot(&self, instrument: u32) -> Arc<Snapshot> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let bit = 1 << instrument;
        let is_new = last.seen & bit == 0;
        last.seen |= bit;
        match &last.snapshot {
            Some(snapshot) if is_new => Arc::clone(snapshot),
            _ => {
                // Taken under the lock, so that the snapshot stored last is also the one taken
                // last.
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
