//! Locks with a limited waiting time.

use std::{
    hint::spin_loop,
    sync::{
        Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Maximum waiting time. The work under such a lock takes microseconds.
const LONGEST: Duration = Duration::from_secs(1);

/// A mutex that is given up when its owner does not release it.
///
/// After `fork` the child has a copy of a lock that a thread of the parent holds, but not that
/// thread. An owner that allocates may wait for an allocator whose user waits for the lock.
#[derive(Debug, Default)]
pub(crate) struct Lock<T> {
    mutex: Mutex<T>,
    timeout: LockTimeout,
}

/// A reader–writer lock that is given up when its owner does not release it.
#[derive(Debug, Default)]
pub(crate) struct SharedLock<T> {
    lock: RwLock<T>,
    timeout: LockTimeout,
}

/// Waits for a lock, up to [`LONGEST`]. After one thread has given up, no thread waits any more.
#[derive(Debug, Default)]
struct LockTimeout {
    is_lost: AtomicBool,
}

impl<T> Lock<T> {
    /// Creates a lock that nobody holds.
    pub(crate) const fn new(value: T) -> Self {
        Self {
            mutex: Mutex::new(value),
            timeout: LockTimeout {
                is_lost: AtomicBool::new(false),
            },
        }
    }

    /// Locks the mutex; returns `None` at once if another thread holds it.
    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        unless_taken(self.mutex.try_lock())
    }

    /// Locks the mutex; returns `None` if its owner holds it for over a second.
    pub(crate) fn lock(&self) -> Option<MutexGuard<'_, T>> {
        self.timeout.wait(|| unless_taken(self.mutex.try_lock()))
    }
}

impl<T> SharedLock<T> {
    /// Locks for reading; returns `None` if the lock's owner holds it for over a second.
    pub(crate) fn read(&self) -> Option<RwLockReadGuard<'_, T>> {
        self.timeout.wait(|| unless_taken(self.lock.try_read()))
    }

    /// Locks for writing; returns `None` if the lock's owners hold it for over a second.
    pub(crate) fn write(&self) -> Option<RwLockWriteGuard<'_, T>> {
        self.timeout.wait(|| unless_taken(self.lock.try_write()))
    }
}

fn unless_taken<G>(tried: Result<G, TryLockError<G>>) -> Option<G> {
    match tried {
        Ok(guard) => Some(guard),
        // No code panics with the lock held, except for an allocation failure; every insertion
        // before it is complete.
        Err(TryLockError::Poisoned(guard)) => Some(PoisonError::into_inner(guard)),
        Err(TryLockError::WouldBlock) => None,
    }
}

impl LockTimeout {
    fn wait<G>(&self, mut tried: impl FnMut() -> Option<G>) -> Option<G> {
        let mut tries = 0_u32;
        let mut begun = None;
        loop {
            if let Some(guard) = tried() {
                return Some(guard);
            }
            // Relaxed: a hint that orders nothing.
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
    fn gives_up_a_lock_that_its_owner_never_releases() {
        let lock = Lock::<u8>::default();
        let owner = lock.lock().unwrap();
        assert!(lock.lock().is_none());
        assert!(lock.lock().is_none(), "and not waited for again");
        drop(owner);
        assert!(lock.lock().is_some(), "unless it is free after all");
    }
}
