//! The running program as a source of answers about its calls.

#[cfg(feature = "mcp")]
mod exemplars;
pub(crate) mod kept;
pub(crate) mod observed;
#[cfg(feature = "mcp")]
mod source;

#[cfg(feature = "mcp")]
pub(crate) use self::source::Program;
