//! A page inside the running program with its functions, its call graph, its objectives, and the
//! causes of rising errors and latencies. Nothing has to be installed, and no request leaves the
//! machine.
//!
//! ```no_run
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let server = autometrics::explorer::serve(autometrics::explorer::addr())?;
//!     println!("see http://{}/", server.local_addr());
//!     // … the program
//!     Ok(())
//! }
//! ```
//!
//! | you have | you write |
//! |---|---|
//! | no web server | [`serve`]`(`[`addr()`]`)?` in `main`: the page on the loopback interface, port 9464, with metrics at `/metrics` |
//! | axum, actix, hyper, or another server on crate `http` | [`handle`]`(&request)` in a handler of any path |
//! | other settings | [`Explorer`] |
//!
//! # Safety
//!
//! Everybody who can reach the page reads the names of the program's functions and source files,
//! and how often the program fails. Therefore:
//!
//! - By default it listens on the loopback interface. On another interface it logs a warning with
//!   crate `log`.
//! - It answers only requests for addresses, `localhost`, and names in the environment variable
//!   `AUTOMETRICS_HOSTS`; see [`Explorer::host`].
//! - It accepts only `GET` and `HEAD`, and changes nothing. Agents ask with `POST`, and change
//!   nothing either.
//! - Names and errors are inserted as text and never as markup. Nothing is loaded from other hosts.
//! - [`autometrics_listener`] limits the number of connections and of slow clients.
//! - It is off until one of the functions here is called.
//!
//! # Memory
//!
//! One thread takes a sample every second. Calls have no additional cost. The thread keeps five
//! minutes in steps of a second and six hours in steps of 30 seconds. The latencies of each
//! caller–callee pair are kept in steps of 10 seconds and 5 minutes. However long the program runs,
//! the memory is at most
//!
//! | bytes | for each |
//! |---|---|
//! | [`FUNCTION_BYTES`] | function that has been called |
//! | [`BUCKET_BYTES`] | fine bucket of a function's latencies (8 per octave) with calls in every step |
//! | [`KIND_BYTES`] | error kind of a function |
//! | [`PROMISE_BYTES`] | promise of a function's objectives |
//! | [`EDGE_BYTES`] | caller–callee pair |
//! | [`EDGE_BUCKET_BYTES`] | fine bucket of such a pair with calls in every step |
//! | [`FLOW_BYTES`] | function in a flow, in programs that count flows |
//!
//! as long as no step has more than 2^27 calls. Usual programs take far less: with 30 calls per
//! second whose latencies span a factor of 30, a function takes 37 kB and a pair 16 kB. 1,000 such
//! functions with four callers each take 99 MB. In addition, the last snapshot is kept.
//!
//! # Suspects
//!
//! A walk starts at each objective that burns, and at each function whose errors or time rose from
//! one window to the next. It follows the call graph to the cause. Each step goes to the callee
//! that explains most of the rise at today's traffic, as long as that is more than the function's
//! own part. The walk ends earlier at a callee that is only called more often, and before a callee
//! that did as well as before for its other callers.
//!
//! Errors count as risen if they are at least three, and more than four standard deviations above
//! the expected number. Time counts as risen if calls take at least 1.5 times as long, and the
//! increase is at least 10 ms, for one call or for all calls of a second together. The same numbers
//! always give the same result.
//!
//! Below each walk, the page shows recent events of its functions that have `events`: failed and
//! slow calls.
//!
//! # Agents
//!
//! With feature `explorer-mcp`, agents ask at `mcp`, next to the page, in the Model Context
//! Protocol over HTTP: `http://127.0.0.1:9464/mcp` for [`serve`]. The tools only read. Requests of
//! foreign sites in a browser are refused, by their `Origin`. If the environment variable
//! `AUTOMETRICS_MCP_TOKEN` is set, agents must send its value as `Authorization: Bearer …`.
//!
//! # The API
//!
//! The page gets its data as JSON from `api/v1/`, which `api/v1/openapi.json` describes in
//! `OpenAPI` 3.1. Fields have units, are never missing, and are never removed.
#![forbid(unsafe_code)]

#[cfg(feature = "mcp")]
mod endpoint;
mod explorer;
mod history;
mod program;
mod query;
mod sampler;
mod shared;
#[cfg(test)]
mod simulation;
#[cfg(feature = "mcp")]
mod token;
mod web;

use std::{env, net::ToSocketAddrs, sync::OnceLock};

use http::{Request, Response, StatusCode};

#[cfg(feature = "mcp")]
pub use self::web::MCP_MAX_BODY;
pub use self::{
    explorer::{Explorer, Handler},
    history::{
        BUCKET_BYTES, EDGE_BUCKET_BYTES, EDGE_BYTES, FLOW_BYTES, FUNCTION_BYTES, KIND_BYTES,
        PROMISE_BYTES,
    },
    web::Mount,
};
pub use autometrics_listener::{ServeError, Server};
pub use autometrics_prometheus::DEFAULT_ADDR;

/// Handler that [`handle`] uses; `None` if the system could not start its thread.
static HANDLER: OnceLock<Option<Handler>> = OnceLock::new();

/// Serves the page at `/` of `addr`, and metrics at `/metrics`, on threads of its own, until the
/// program ends.
///
/// A program that becomes a daemon calls this after `fork`. A child of `fork` has none of these
/// threads, but a copy of the port, on which nobody answers.
///
/// # Errors
///
/// Returns an error in the cases of [`Explorer::serve`].
pub fn serve(addr: impl ToSocketAddrs) -> Result<Server, ServeError> {
    Explorer::new().serve(addr)
}

/// Returns the address to serve the page at: the value of the environment variable
/// `AUTOMETRICS_EXPLORER_ADDR`, or [`DEFAULT_ADDR`] if it is unset or empty.
///
/// The value is not checked here. [`serve`] returns an error if it is not an address.
pub fn addr() -> String {
    env::var("AUTOMETRICS_EXPLORER_ADDR")
        .ok()
        .filter(|addr| !addr.trim().is_empty())
        .unwrap_or_else(|| DEFAULT_ADDR.to_string())
}

/// Starts sampling for [`handle`], so that its history begins now and not with the first request.
pub fn start() {
    handler();
}

/// Returns the response to a request for one of the explorer's pages, under any path.
///
/// The page is at the path with a slash at its end, and everything else is below it, including
/// metrics. The path without a slash redirects there. In a server that uses crate `http`, it is one
/// line in a handler of all paths below the mount:
///
/// ```
/// use http::{Request, Response};
///
/// async fn explore(request: Request<()>) -> Response<Vec<u8>> {
///     autometrics::explorer::handle(&request)
/// }
/// ```
///
/// Sampling begins with the first call, or with [`start`]. Requests for other hosts than addresses,
/// `localhost` and those in `AUTOMETRICS_HOSTS` are refused. A server with a name of its own uses
/// [`Explorer::host`] or [`Explorer::any_host`], and a [`Handler`].
pub fn handle<T>(request: &Request<T>) -> Response<Vec<u8>> {
    handler().map_or_else(no_thread, |handler| handler.handle(request))
}

/// Returns the response to a request for one of the explorer's pages, or to a message of an agent,
/// under any path.
///
/// It does the same as [`handle`] and needs the body of the request, of which [`MCP_MAX_BODY`] bytes
/// are enough:
///
/// ```
/// use http::{Request, Response};
///
/// async fn explore(request: Request<Vec<u8>>) -> Response<Vec<u8>> {
///     autometrics::explorer::handle_with_body(&request)
/// }
/// ```
#[cfg(feature = "mcp")]
pub fn handle_with_body<B: AsRef<[u8]>>(request: &Request<B>) -> Response<Vec<u8>> {
    handler().map_or_else(no_thread, |handler| handler.handle_with_body(request))
}

fn no_thread() -> Response<Vec<u8>> {
    web::refusal(
        StatusCode::SERVICE_UNAVAILABLE,
        "cannot start the explorer's thread; raise the system's limit of threads, and restart the program"
            .to_owned(),
    )
}

fn handler() -> Option<&'static Handler> {
    HANDLER
        .get_or_init(|| Explorer::new().start().ok())
        .as_ref()
}
