//! Pauses between the attempts of one export.

use std::{
    hash::{BuildHasher as _, RandomState},
    time::Duration,
};

/// Pauses that double up to 30 seconds. Each is a random time in the second half of its step, so
/// that many programs do not come back to a collector at the same moment.
pub(crate) struct Backoff {
    next: Duration,
}

const SHORTEST: Duration = Duration::from_millis(50);
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

impl Backoff {
    /// Creates the pauses of an exporter with this export interval. The first step is a twentieth
    /// of `interval`, between 50 ms and 1 s, so that a short interval has room for several
    /// attempts.
    pub(crate) fn within(interval: Duration) -> Self {
        Self {
            next: (interval / 20).clamp(SHORTEST, FIRST),
        }
    }

    pub(crate) fn pause(&mut self) -> Duration {
        let pause = self.next;
        self.next = (pause * 2).min(LONGEST);
        let random = RandomState::new().hash_one(());
        #[expect(clippy::cast_precision_loss, reason = "a share, and a random one")]
        let share = random as f64 / u64::MAX as f64;
        pause.mul_f64(0.5 + share / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_30_seconds() {
        let mut backoff = Backoff::within(Duration::from_secs(60));
        for longest in [1, 2, 4, 8, 16, 30, 30] {
            let longest = Duration::from_secs(longest);
            let pause = backoff.pause();
            assert!(pause >= longest / 2 && pause <= longest, "{pause:?}");
        }
    }
}
