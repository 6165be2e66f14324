//! Code that depends on processor and linker: the only place with `unsafe` code.

#![expect(
    unsafe_code,
    reason = "neither the counter nor the linker's list has a safe interface"
)]

pub(crate) mod counter;
pub(crate) mod linked;
