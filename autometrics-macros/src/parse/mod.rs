//! Parses the arguments of the attribute.

pub(crate) mod args;
pub(crate) mod dialect;
