//! The clock that times a round.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The processor time that this thread has used.
///
/// Not the time of day: on a machine that others use too, a thread is sometimes
/// off its core for as long as a round lasts, and that says nothing about the
/// code. Waiting for another core's cache line is processor time, so contention
/// between threads is seen, also by threads that are more than there are cores.
pub(crate) fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // Never negative: it counts from the start of the thread.
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}
