//! Selection of exemplars: the newest call in a sampled trace, per function and bucket.
//!
//! The trace source is called at most once a second per function and bucket. If it returns no
//! sampled span, it is called again after a millisecond at the earliest: so it is called for every
//! slow call, and costs next to nothing for quick calls even if few traces are sampled.

#[cfg(all(test, loom))]
mod loom_model;
mod slot;
mod stored;

#[cfg(any(not(loom), test))]
use self::slot::Slot;
#[cfg(any(not(loom), test))]
use self::stored::StoredExemplar;

#[cfg(not(loom))]
pub(crate) use self::table::{CallEnd, Exemplars, exemplars, keep};
#[cfg(not(loom))]
mod table;
