//! The processor clocks that time a round.

use std::{thread, time::Duration};

use rustix::time::{ClockId, clock_gettime};

/// Processor time that an idle process may use in an interval: hotpath looks at all threads of the
/// process again and again.
const NOTHING: Duration = Duration::from_millis(1);

/// Returns the processor time that this thread has used.
///
/// Not the time of day: on a shared machine a thread is sometimes off its core for as long as a
/// round lasts, which has nothing to do with the code. Waiting for another core's cache line is
/// processor time. So contention between threads is measured, also with more threads than cores.
pub(crate) fn thread_time() -> Duration {
    read(ClockId::ThreadCPUTime)
}

/// Returns the processor time that all threads of this process have used.
pub(crate) fn process_time() -> Duration {
    read(ClockId::ProcessCPUTime)
}

/// Waits until this process has been idle for two intervals in a row.
///
/// For libraries with threads that look for work periodically, and do not report when they are
/// done. Two intervals, because a thread with work may not have got a core in one.
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
    // Never negative: both clocks start at 0 with the thread or process.
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}
