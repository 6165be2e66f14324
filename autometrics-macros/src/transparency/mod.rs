//! Code that exists only so that lints, older editions of Rust and the order of drops notice
//! nothing of the instrumentation.

pub(crate) mod canonical;
pub(crate) mod edition;
pub(crate) mod expectations;
pub(crate) mod parameters;
