//! Commands that answer questions: suspects, the comparison of two sides, and the server for agents.

mod code;
pub mod compare;
pub mod mcp;
pub mod suspects;
