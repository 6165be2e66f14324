//! Spreads threads over cores.

/// Keeps this thread on one core, and the next `worker` on the next core.
///
/// A thread that is woken starts on the core of the thread that wakes it, and a round may end
/// before the kernel moves it. Then the threads would take turns without meeting, and contention
/// would not be measured.
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
    // On failure the thread stays on its current core.
    let _ = sched_setaffinity(None, &one);
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn stay_on(_worker: usize) {}
