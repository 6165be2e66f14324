//! Locks that no call waits for without end.

use std::{
    hint::spin_loop,
    sync::{
        Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// The longest wait. The work under such a lock takes microseconds.
const LONGEST: Duration = Duration::from_secs(1);

/// A mutex whose owner may be gone.
///
/// After `fork` the child has a copy of a lock that a thread of the parent holds, and no such
/// thread. An owner that allocates may wait for an allocator whose user waits for the lock.
#[derive(Debug, Default)]
pub(crate) struct Lock<T> {
    mutex: Mutex<T>,
    patience: Patience,
}

/// The same for many readers.
#[derive(Debug, Default)]
pub(crate) struct SharedLock<T> {
    lock: RwLock<T>,
    patience: Patience,
}

/// Waiting, until a thread has waited for too long.
#[derive(Debug, Default)]
struct Patience {
    is_lost: AtomicBool,
}

impl<T> Lock<T> {
    /// Locks it; `None` when its owner keeps it for over a second.
    pub(crate) fn lock(&self) -> Option<MutexGuard<'_, T>> {
        self.patience.wait(|| unless_taken(self.mutex.try_lock()))
    }
}

impl<T> SharedLock<T> {
    /// Locks it for reading; `None` when its owner keeps it for over a second.
    pub(crate) fn read(&self) -> Option<RwLockReadGuard<'_, T>> {
        self.patience.wait(|| unless_taken(self.lock.try_read()))
    }

    /// Locks it for writing; `None` when its owners keep it for over a second.
    pub(crate) fn write(&self) -> Option<RwLockWriteGuard<'_, T>> {
        self.patience.wait(|| unless_taken(self.lock.try_write()))
    }
}

fn unless_taken<G>(tried: Result<G, TryLockError<G>>) -> Option<G> {
    match tried {
        Ok(guard) => Some(guard),
        // Nothing panics with the lock held, short of an allocation failure; whatever was
        // inserted by then is whole.
        Err(TryLockError::Poisoned(guard)) => Some(PoisonError::into_inner(guard)),
        Err(TryLockError::WouldBlock) => None,
    }
}

impl Patience {
    fn wait<G>(&self, mut tried: impl FnMut() -> Option<G>) -> Option<G> {
        let mut tries = 0_u32;
        let mut begun = None;
        loop {
            if let Some(guard) = tried() {
                return Some(guard);
            }
            // Relaxed: a hint, which orders nothing.
            if self.is_lost.load(Ordering::Relaxed) {
                return None;
            }
            tries += 1;
            if tries < 100 {
                spin_loop();
                continue;
            }
            if begun.get_or_insert_with(Instant::now).elapsed() > LONGEST {
                self.is_lost.store(true, Ordering::Relaxed);
                return None;
            }
            thread::sleep(Duration::from_micros(50));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn a_lock_whose_owner_is_gone_is_given_up() {
        let lock = Lock::<u8>::default();
        let owner = lock.lock().unwrap();
        assert!(lock.lock().is_none());
        assert!(lock.lock().is_none(), "and not waited for again");
        drop(owner);
        assert!(lock.lock().is_some(), "unless it is free after all");
    }
}
