//! The clocks that time a round.

use std::{thread, time::Duration};

use rustix::time::{ClockId, clock_gettime};

/// The time that a process without work still takes in an interval, for being woken.
const NOTHING: Duration = Duration::from_micros(100);

/// The processor time that this thread has used.
///
/// Not the time of day: on a machine that others use too, a thread is sometimes
/// off its core for as long as a round lasts, and that says nothing about the
/// code. Waiting for another core's cache line is processor time, so contention
/// between threads is seen, also by threads that are more than there are cores.
pub(crate) fn thread_time() -> Duration {
    read(ClockId::ThreadCPUTime)
}

/// The processor time that all threads of this process have used.
pub(crate) fn process_time() -> Duration {
    read(ClockId::ProcessCPUTime)
}

/// Waits until this process has done nothing for two intervals in a row.
///
/// For libraries whose threads look for work once in a while, and say not when they are done.
/// Two, as a thread that has work may have been denied a core in one.
pub fn until_idle(interval: Duration) {
    let mut idle = 0;
    while idle < 2 {
        let before = process_time();
        thread::sleep(interval);
        if process_time().saturating_sub(before) < NOTHING {
            idle += 1;
        } else {
            idle = 0;
        }
    }
}

fn read(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    // Never negative: it counts from the start of the thread or process.
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}
