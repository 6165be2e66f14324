//! Selection of exemplars: the newest call in a sampled trace, per function and bucket.
//!
//! The trace source is called at most once a second per function and bucket. If it returns no
//! sampled span, it is called again after a millisecond at the earliest: so it is called for every
//! slow call, and costs next to nothing for quick calls even if few traces are sampled.

#[cfg(all(test, loom))]
mod loom_model;
mod slot;

#[cfg(any(not(loom), test))]
use self::slot::Slot;
use self::slot::WORDS;

#[cfg(not(loom))]
pub(crate) use self::table::{CallEnd, Exemplars, exemplars, keep};
#[cfg(not(loom))]
mod table;

/// The values of a call that a slot stores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StoredExemplar {
    pub(crate) trace_id: u128,
    pub(crate) span_id: u64,
    /// Latency of the call, in seconds.
    pub(crate) seconds: f64,
    /// Time when the call ended, in nanoseconds since 1970.
    pub(crate) unix_nanos: u64,
}

impl StoredExemplar {
    #[expect(clippy::cast_possible_truncation, reason = "in halves")]
    fn words(self) -> [u64; WORDS] {
        [
            (self.trace_id >> 64) as u64,
            self.trace_id as u64,
            self.span_id,
            self.seconds.to_bits(),
            self.unix_nanos,
        ]
    }

    fn from_words([high, low, span_id, seconds, unix_nanos]: [u64; WORDS]) -> Self {
        Self {
            trace_id: u128::from(high) << 64 | u128::from(low),
            span_id,
            seconds: f64::from_bits(seconds),
            unix_nanos,
        }
    }
}
