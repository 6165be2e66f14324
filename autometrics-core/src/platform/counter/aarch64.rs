//! The virtual counter of aarch64's generic timer.
//!
//! The architecture guarantees one counter for all cores, at one rate, also while they idle. Linux
//! knows the processors that violate this (Cortex-A73, Allwinner A64, some of NXP's and
//! HiSilicon's). There it traps both registers and returns corrected values, so that a reading
//! takes as long as a system call but is right. The system's own clocks take as long on these
//! processors.

use std::arch::asm;

use super::{Frequency, declared};

/// Returns the counter's frequency, to be measured only if firmware declared none.
pub(crate) fn frequency() -> Option<Frequency> {
    Some(declared::frequency(register(), device_tree().as_deref()))
}

/// Returns the content of the frequency register, which firmware writes.
fn register() -> u64 {
    let hertz: u64;
    // SAFETY: the register is part of every processor of this architecture, and reading it changes
    // only the register that is declared. A program that may read the counter may read it, as one
    // bit of the kernel's configuration allows both.
    unsafe {
        asm!("mrs {}, cntfrq_el0", out(reg) hertz, options(nomem, nostack, preserves_flags));
    }
    hertz
}

/// Returns the timer's frequency from the device tree, which takes precedence in the kernel, too.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn device_tree() -> Option<Vec<u8>> {
    std::fs::read("/proc/device-tree/timer/clock-frequency").ok()
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn device_tree() -> Option<Vec<u8>> {
    None
}

/// Returns the ticks since some moment before the process began.
///
/// Like `rdtsc`, it may be executed some nanoseconds early, while previous instructions still run.
/// A barrier would cost more than the accuracy that it adds: 8.7 instead of 0.2 ns on an Apple M4
/// Max.
#[inline]
pub(crate) fn read() -> u64 {
    let ticks: u64;
    // SAFETY: the register is part of every processor of this architecture, and reading it changes
    // only the register that is declared. The systems for which this file is compiled let programs
    // read it, as their own clocks read it in user space. If a system is requested to forbid it
    // (prctl PR_SET_TSC of Linux), std's clocks fail the same way. Without `nomem`, so that the
    // compiler moves no memory access across it.
    unsafe {
        asm!("mrs {}, cntvct_el0", out(reg) ticks, options(nostack, preserves_flags));
    }
    ticks
}
