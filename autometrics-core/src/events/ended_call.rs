//! A call that ended and will be kept as an event.

use super::EventReason;
use crate::{cells::CallKind, clock};

/// A call that ended and will be kept. Two words, so that it is returned in registers.
#[derive(Clone, Copy, Debug)]
pub(super) struct EndedCall {
    /// Latency in the unit of the clock that timed the call.
    pub(super) latency: u64,
    pub(super) is_ticks: bool,
    pub(super) reason: EventReason,
    pub(super) kind: CallKind,
}

impl EndedCall {
    /// Returns the latency in nanoseconds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "latencies are positive, and exact below 2^53"
    )]
    pub(super) fn nanos(self) -> u64 {
        match clock::counter().filter(|_| self.is_ticks) {
            Some(counter) => (self.latency as f64 * counter.seconds_per_tick * 1e9).round() as u64,
            None => self.latency,
        }
    }
}
