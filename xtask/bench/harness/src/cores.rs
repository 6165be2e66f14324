//! Spreading threads over cores.

/// Keeps this thread on one core, the next one for the next `worker`.
///
/// Threads that wait for each other are woken on the core of the one that wakes
/// them, and a round may be over before the kernel moves them apart. Then they
/// would take turns and never meet, and contention would not be seen.
#[cfg(target_os = "linux")]
pub(crate) fn stay_on(worker: usize) {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let Ok(allowed) = sched_getaffinity(None) else {
        return;
    };
    let cores: Vec<usize> = (0..CpuSet::MAX_CPU)
        .filter(|&core| allowed.is_set(core))
        .collect();
    let mut one = CpuSet::new();
    one.set(
        cores
            .get(worker % cores.len().max(1))
            .copied()
            .unwrap_or_default(),
    );
    // Refused, the thread goes on wherever it is.
    let _ = sched_setaffinity(None, &one);
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn stay_on(_worker: usize) {}
