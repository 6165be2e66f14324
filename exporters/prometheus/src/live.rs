//! The same with the snapshot that the program takes of itself.

use std::net::ToSocketAddrs;

use autometrics_core::snapshot;
use http::{HeaderMap, Response};

use crate::listener::{ServeError, Server};
use crate::{MetricsServer, response_from};

/// The program's metrics, as the response to a scrape whose request had
/// `headers`.
///
/// One line in the handler of any server on crate `http`. The body becomes one of the server's by
/// `map`, such as `axum::body::Body` or `http_body_util::Full`:
///
/// ```
/// use http::{HeaderMap, Response};
/// # struct Body;
/// # impl From<Vec<u8>> for Body {
/// #     fn from(_: Vec<u8>) -> Self {
/// #         Self
/// #     }
/// # }
///
/// async fn metrics(headers: HeaderMap) -> Response<Body> {
///     autometrics_prometheus::response(&headers).map(Body::from)
/// }
/// ```
///
/// The format is the one that the `Accept` header prefers, see
/// [`Format::negotiate`](crate::Format::negotiate); the status is 200. With feature `gzip`, a
/// page of more than 1,400 bytes is compressed where `Accept-Encoding` allows it. A
/// server with header types of its own takes
/// [`encode_to_vec`](crate::encode_to_vec) and
/// [`Format::content_type`](crate::Format::content_type) instead.
///
/// It answers whatever `Host` a request has, because the names of a public server are not known
/// here. Where a browser on the same machine or network reaches the server, check the request with
/// [`Hosts::check`](crate::Hosts::check) before, against DNS rebinding.
pub fn response(headers: &HeaderMap) -> Response<Vec<u8>> {
    response_from(headers, &snapshot())
}

/// Serves the program's metrics at `/metrics` of `addr`, on threads of its own.
///
/// ```no_run
/// use autometrics_prometheus::{DEFAULT_ADDR, serve};
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     serve(DEFAULT_ADDR)?;
///     // … the program
///     Ok(())
/// }
/// ```
///
/// It answers until the program ends. To stop it before, keep the [`Server`]
/// and call [`shutdown`](Server::shutdown). The limits on clients are those of
/// the [`listener`](crate::listener).
///
/// It answers requests for addresses, `localhost` and the names in the variable
/// `AUTOMETRICS_HOSTS` of the running program; [`MetricsServer::host`] allows further ones.
///
/// A program that becomes a daemon calls this after `fork`. A child of `fork` has none of these
/// threads, but a copy of the port: until it ends or calls `exec`, it accepts connections that
/// nobody answers once the parent is gone, and another listener cannot have the address.
///
/// There is neither encryption nor a password. On another address than
/// [`DEFAULT_ADDR`](crate::DEFAULT_ADDR)'s, whoever reaches the port reads the
/// names of the program's functions and how often they are called.
///
/// # Errors
///
/// When `addr` can't be resolved or listened on, and when the system has no
/// more threads. The message says what to do about it.
pub fn serve(addr: impl ToSocketAddrs) -> Result<Server, ServeError> {
    MetricsServer::new().serve(addr)
}
