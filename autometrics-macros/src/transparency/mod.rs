//! Code that exists only so that lints report the same, code in older editions compiles, and values are
//! dropped in the same order as without the attribute.

pub(crate) mod canonical;
pub(crate) mod edition;
pub(crate) mod expectations;
pub(crate) mod parameters;
