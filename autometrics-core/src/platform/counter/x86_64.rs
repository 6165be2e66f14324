//! The time stamp counter of x86-64.

use super::Frequency;

/// Returns `None` unless processor and kernel vouch for the counter; its frequency has to be
/// measured.
///
/// The processor must say that the counter is invariant, and on Linux the kernel too: it checks
/// the counters of all cores against each other, and takes `tsc` off its list when they disagree.
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
    // SAFETY: `rdtsc` is part of every x86-64 processor, touches no memory and
    // changes nothing but the two registers that the intrinsic declares. Where
    // an operating system forbids it to programs (prctl PR_SET_TSC), std's own
    // clocks fail the same way, and no system does so unasked.
    unsafe { core::arch::x86_64::_rdtsc() }
}
