//! The processor's time stamp counter.

/// Whether the counter runs at one rate on all cores, also while they idle.
///
/// The processor must say so, and on Linux the kernel too: it checks the
/// counters of all cores against each other, and takes `tsc` off its list when
/// they disagree.
#[cfg(all(target_arch = "x86_64", not(miri)))]
pub(crate) fn is_invariant() -> bool {
    let promised = raw_cpuid::CpuId::new()
        .get_advanced_power_mgmt_info()
        .is_some_and(|info| info.has_invariant_tsc());
    promised && kernel_trusts_it()
}

#[cfg(all(target_arch = "x86_64", not(miri), target_os = "linux"))]
fn kernel_trusts_it() -> bool {
    const SOURCES: &str = "/sys/devices/system/clocksource/clocksource0/available_clocksource";
    std::fs::read_to_string(SOURCES)
        .is_ok_and(|sources| sources.split_whitespace().any(|source| source == "tsc"))
}

#[cfg(all(target_arch = "x86_64", not(miri), not(target_os = "linux")))]
fn kernel_trusts_it() -> bool {
    true
}

/// Ticks since some moment before the process began.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline]
pub(crate) fn read() -> u64 {
    // SAFETY: `rdtsc` is part of every x86-64 processor, touches no memory and
    // changes nothing but the two registers that the intrinsic declares. Where
    // an operating system forbids it to programs (prctl PR_SET_TSC), std's own
    // clocks fail the same way, and no system does so unasked.
    unsafe { core::arch::x86_64::_rdtsc() }
}

#[cfg(not(all(target_arch = "x86_64", not(miri))))]
pub(crate) fn is_invariant() -> bool {
    false
}

#[cfg(not(all(target_arch = "x86_64", not(miri))))]
#[inline]
pub(crate) fn read() -> u64 {
    0
}
