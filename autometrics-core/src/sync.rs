//! The synchronisation primitives of the cells; a loom model uses those of loom.

#[cfg(not(loom))]
pub(crate) use std::sync::{
    OnceLock,
    atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering, fence},
};

#[cfg(loom)]
pub(crate) use self::model::OnceLock;
#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};

#[cfg(loom)]
mod model {
    use loom::sync::RwLock;

    /// Replacement for `std::sync::OnceLock`, which loom lacks, with the methods that the cells
    /// use.
    ///
    /// The value is leaked, so that a reference to it outlives the lock as it does in the original.
    /// A model is small and its process short-lived.
    #[derive(Debug)]
    pub(crate) struct OnceLock<T: 'static>(RwLock<Option<&'static T>>);

    impl<T> OnceLock<T> {
        pub(crate) fn new() -> Self {
            Self(RwLock::new(None))
        }

        pub(crate) fn get(&self) -> Option<&T> {
            *self.0.read().unwrap()
        }

        pub(crate) fn set(&self, value: T) -> Result<(), T> {
            let mut slot = self.0.write().unwrap();
            if slot.is_some() {
                return Err(value);
            }
            *slot = Some(Box::leak(Box::new(value)));
            Ok(())
        }
    }
}
