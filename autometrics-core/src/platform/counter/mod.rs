//! The processor's counter of time: the time stamp counter of x86-64, the generic timer of aarch64.

#[cfg(generic_timer)]
mod aarch64;
#[cfg(not(any(generic_timer, time_stamp_counter)))]
mod absent;
#[cfg(any(generic_timer, test))]
mod declared;
#[cfg(time_stamp_counter)]
mod x86_64;

#[cfg(generic_timer)]
pub(crate) use self::aarch64::{frequency, read};
#[cfg(not(any(generic_timer, time_stamp_counter)))]
pub(crate) use self::absent::{frequency, read};
#[cfg(time_stamp_counter)]
pub(crate) use self::x86_64::{frequency, read};

/// Ticks per second of a counter that runs at one rate on all cores, also while they idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frequency {
    /// Not declared, so it must be measured.
    #[cfg_attr(
        not(any(generic_timer, time_stamp_counter, test)),
        expect(dead_code, reason = "there is no counter")
    )]
    Unknown,
    /// Declared by the processor, in hertz.
    #[cfg_attr(
        not(any(generic_timer, test)),
        expect(dead_code, reason = "no other counter declares it")
    )]
    Hertz(u32),
}
