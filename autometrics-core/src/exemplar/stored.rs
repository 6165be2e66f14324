//! The values of an exemplar, and their encoding as words.

/// Number of words of an exemplar.
pub(super) const WORDS: usize = 5;

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
    pub(super) fn words(self) -> [u64; WORDS] {
        [
            (self.trace_id >> 64) as u64,
            self.trace_id as u64,
            self.span_id,
            self.seconds.to_bits(),
            self.unix_nanos,
        ]
    }

    pub(super) fn from_words([high, low, span_id, seconds, unix_nanos]: [u64; WORDS]) -> Self {
        Self {
            trace_id: u128::from(high) << 64 | u128::from(low),
            span_id,
            seconds: f64::from_bits(seconds),
            unix_nanos,
        }
    }
}
