//! The Model Context Protocol: messages of a server whose only capability is tools.
//!
//! A server answers one message at a time and keeps no session. It speaks two eras of the protocol,
//! and recognizes the era by each message:
//!
//! - The revisions up to 2025-11-25 begin with `initialize`.
//! - From revision 2026-07-28 on, each request has the revision in its `_meta` and, over HTTP, in
//!   headers.
//!
//! [`Server`] knows no transport. [`serve_lines`] is the one over standard input and output. The
//! explorer adds HTTP.
//!
//! Batches, which only revision 2025-03-26 has, are refused. A small one could ask for hundreds of
//! answers.

mod headers;
mod lines;
mod message;
mod problem;
mod reply;
mod results;
mod revision;
mod server;
#[cfg(test)]
mod tests;

pub use self::{
    headers::Headers,
    lines::serve_lines,
    reply::Reply,
    server::{Server, ServerInfo},
};
