//! Functions that take a snapshot of the program at each scrape.

use std::net::ToSocketAddrs;

use autometrics_core::snapshot;
use http::{HeaderMap, Response};

use crate::{MetricsServer, ServeError, Server, response_from};

/// Returns the program's metrics as the response to a scrape. `headers` are those of the request.
///
/// It is one line in the handler of any server that uses crate `http`. `map` converts the body to
/// the server's type, such as `axum::body::Body` or `http_body_util::Full`:
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
///     autometrics::prometheus::response(&headers).map(Body::from)
/// }
/// ```
///
/// The status is 200, and the format is the one that the `Accept` header prefers, see
/// [`Format::negotiate`](crate::Format::negotiate). With feature `gzip`, a page of more than 1,400
/// bytes is compressed if `Accept-Encoding` allows it. For a server with header types of its own,
/// use [`encode_to_vec`](crate::encode_to_vec) and
/// [`Format::content_type`](crate::Format::content_type) instead.
///
/// This function does not check `Host`, as it does not know the names of a public server. If a
/// browser on the same machine or network can reach the server, check the request with
/// [`Hosts::check`](crate::Hosts::check) first, against DNS rebinding.
pub fn response(headers: &HeaderMap) -> Response<Vec<u8>> {
    response_from(headers, &snapshot())
}

/// Serves the program's metrics at `http://{addr}/metrics`, on threads of its own.
///
/// ```no_run
/// use autometrics::prometheus::{DEFAULT_ADDR, serve};
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     serve(DEFAULT_ADDR)?;
///     // … the program
///     Ok(())
/// }
/// ```
///
/// The listener runs until the program ends. To stop it earlier, keep the [`Server`] and call
/// [`shutdown`](Server::shutdown). The limits for clients are those of [`autometrics_listener`].
///
/// It answers requests for addresses, for `localhost`, and for the names in the environment
/// variable `AUTOMETRICS_HOSTS`. [`MetricsServer::host`] allows further names.
///
/// A program that becomes a daemon calls this after `fork`. A child of `fork` has none of these
/// threads, but a copy of the port. Until the child ends or calls `exec`, its copy accepts
/// connections, which nobody answers once the parent is gone, and no other listener can use the
/// address.
///
/// There is neither encryption nor a password. With another address than
/// [`DEFAULT_ADDR`](crate::DEFAULT_ADDR), everybody who can reach the port reads the names of the
/// program's functions and the numbers of their calls.
///
/// # Errors
///
/// Returns an error if `addr` cannot be resolved, if it is not possible to listen on it, or if the
/// system cannot start the threads. The message contains the remedy.
pub fn serve(addr: impl ToSocketAddrs) -> Result<Server, ServeError> {
    MetricsServer::new().serve(addr)
}
