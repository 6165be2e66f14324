//! Small HTTP/1.1 listener with threads of its own, for pages of metrics.
//!
//! **Internal to autometrics; no promise of stability.** It is published because
//! `autometrics-prometheus` and `autometrics-explorer` serve their pages with it. Both re-export
//! the types that their users need, and those types are as stable as the crate that re-exports
//! them.
//!
//! **Not a general web server.** It answers requests with no body or a small one, and knows nothing
//! of metrics. No client can harm the program around it:
//!
//! - The number of threads is fixed, and each has one connection. Further connections wait in the
//!   system's queue, which is bounded.
//! - A request must have arrived 10 s after its first byte, and its answer must be taken within 10
//!   s, however slowly and steadily the bytes trickle.
//! - The head of a request has at most 16 KiB and 64 headers. Its body is read only for handlers
//!   that want it, up to a limit of theirs.
//! - Connections stay open for further requests, for up to two minutes, and are closed as soon as a
//!   new connection finds no free thread. While others wait, a client is also disconnected if it
//!   has not sent its request after a second, or takes its answer at less than 10 MB/s.
//! - The more clients in a row were disconnected to make room, the less time the next ones have,
//!   down to 8 ms. So a thousand clients that send nothing, or read slowly, pass in two seconds and
//!   not in minutes.
//! - Running out of file descriptors delays clients, and neither spins nor ends the listener.
//! - A handler that panics leads to status 500.
//!
//! [`Hosts`] are the host names that a page answers for. The listener does not check them; a
//! handler calls [`Hosts::check`].
#![forbid(unsafe_code)]

mod body;
mod connection;
mod error;
mod hosts;
mod limits;
mod pool;
mod reply;
mod request;
mod server;

pub use error::ServeError;
pub use hosts::{HOSTS_VARIABLE, Hosts};
pub use server::{Server, listen, listen_with_body};
