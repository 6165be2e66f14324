//! The running program as a source of answers about its calls.

mod exemplars;
pub(crate) mod kept;
pub(crate) mod observed;
mod source;

pub(crate) use self::source::Program;
