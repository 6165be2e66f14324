//! A lock that no call waits for without end.

use std::{
    hint::spin_loop,
    sync::{
        Mutex, MutexGuard, PoisonError, TryLockError,
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
    /// Set once a thread has waited for too long. Others no longer wait then.
    is_lost: AtomicBool,
}

impl<T> Lock<T> {
    /// Locks it; `None` when its owner keeps it for over a second.
    pub(crate) fn lock(&self) -> Option<MutexGuard<'_, T>> {
        let mut tries = 0_u32;
        let mut begun = None;
        loop {
            match self.mutex.try_lock() {
                Ok(guard) => return Some(guard),
                // Nothing panics with the lock held, short of an allocation failure; whatever
                // was inserted by then is whole.
                Err(TryLockError::Poisoned(guard)) => return Some(PoisonError::into_inner(guard)),
                Err(TryLockError::WouldBlock) => {}
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
