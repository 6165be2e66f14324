//! Candidates that no instrumentation with latencies can be faster than.

use std::{
    hint::black_box,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use crate::Candidate;

static SHARED: AtomicU64 = AtomicU64::new(0);

/// Returns the floors, and a few everyday operations for comparison.
pub(crate) fn candidates() -> Vec<Candidate> {
    vec![
        Candidate::new("floor/tsc", 1, |iterations| {
            for _ in 0..iterations {
                let start = time_stamp();
                black_box(time_stamp().saturating_sub(start));
            }
        }),
        Candidate::new("floor/instant", 1, |iterations| {
            for _ in 0..iterations {
                let start = Instant::now();
                black_box(start.elapsed());
            }
        }),
        Candidate::new("floor/fetch_add", 1, |iterations| {
            for _ in 0..iterations {
                black_box(&SHARED).fetch_add(1, Ordering::Relaxed);
            }
        }),
    ]
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[expect(
    unsafe_code,
    reason = "the standard library has no safe way to read the counter"
)]
fn time_stamp() -> u64 {
    // SAFETY: `rdtsc` is part of every x86-64 processor, touches no memory and
    // changes nothing but the two registers that the intrinsic declares.
    unsafe { core::arch::x86_64::_rdtsc() }
}

/// Returns the monotonic time in nanoseconds, the floor of processors without that counter.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn time_stamp() -> u64 {
    static ORIGIN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    u64::try_from(ORIGIN.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}
