//! The first stage: parses the arguments of the attribute.

pub(crate) mod args;
pub(crate) mod argument;
pub(crate) mod dialect;
pub(crate) mod events;
pub(crate) mod span;
