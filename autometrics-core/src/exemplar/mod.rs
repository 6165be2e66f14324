//! Which traced call stands for the others of its bucket.
//!
//! Per function and bucket the newest call in a sampled trace is kept, and looked
//! for at most once a second. Where the source knows of none, it is asked again a
//! thousandth of a second later at the earliest: calls that are slow are all asked
//! about, quick ones cost next to nothing however few are sampled.

#[cfg(all(test, loom))]
mod loom_model;
mod slot;

#[cfg(any(not(loom), test))]
use self::slot::Slot;
use self::slot::WORDS;

#[cfg(not(loom))]
pub(crate) use self::table::{Exemplars, Now, exemplars, keep};
#[cfg(not(loom))]
mod table;

/// What a slot keeps of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Recorded {
    pub(crate) trace_id: u128,
    pub(crate) span_id: u64,
    /// How long the call took, in seconds.
    pub(crate) seconds: f64,
    /// When it ended, in nanoseconds since 1970.
    pub(crate) unix_nanos: u64,
}

impl Recorded {
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
