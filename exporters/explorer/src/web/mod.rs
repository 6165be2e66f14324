//! HTTP interface: routes, queries, and the headers of responses.

mod answer;
mod assets;
#[cfg(feature = "mcp")]
mod mcp;
mod parameters;
mod response;
mod route;

#[cfg(feature = "mcp")]
pub use self::mcp::MCP_MAX_BODY;
pub use self::route::Mount;

#[cfg(test)]
mod tests;
pub(crate) use self::{answer::answer, response::refusal};
