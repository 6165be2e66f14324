//! The time stamp counter of x86-64.

use super::Frequency;

/// Returns `None` if processor or kernel do not guarantee a constant rate; otherwise a frequency
/// that must be measured.
///
/// The processor must report the counter as invariant. On Linux, the kernel must list it as well:
/// the kernel compares the counters of all cores, and removes `tsc` from its list if they disagree.
pub(crate) fn frequency() -> Option<Frequency> {
    let promised = raw_cpuid::CpuId::new()
        .get_advanced_power_mgmt_info()
        .is_some_and(|info| info.has_invariant_tsc());
    (promised && kernel_trusts_it()).then_some(Frequency::Unknown)
}

#[cfg(target_os = "linux")]
fn kernel_trusts_it() -> bool {
    const SOURCES: &str = "/sys/devices/system/clocksource/clocksource0/available_clocksource";
    std::fs::read_to_string(SOURCES)
        .is_ok_and(|sources| sources.split_whitespace().any(|source| source == "tsc"))
}

#[cfg(not(target_os = "linux"))]
fn kernel_trusts_it() -> bool {
    true
}

/// Returns the ticks since some moment before the process began.
#[inline]
pub(crate) fn read() -> u64 {
    // SAFETY: `rdtsc` is part of every x86-64 processor, accesses no memory and changes only the
    // two registers that the intrinsic declares. If an operating system forbids it to programs
    // (prctl PR_SET_TSC), std's own clocks fail the same way; no system does so unless requested.
    unsafe { core::arch::x86_64::_rdtsc() }
}
