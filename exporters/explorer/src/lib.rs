//! A page inside the running program: its functions, call graph, objectives, and
//! where what goes wrong comes from. Nothing is installed, and no request leaves
//! the machine.
//!
//! ```no_run
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let server = autometrics_explorer::serve(autometrics_explorer::addr())?;
//!     println!("see http://{}/", server.local_addr());
//!     // … the program
//!     Ok(())
//! }
//! ```
//!
//! | you have | you write |
//! |---|---|
//! | no web server | [`serve`]`(`[`addr()`]`)?` in `main`: loopback, port 9464, and metrics at `/metrics` of it |
//! | axum, actix, hyper, or another server on crate `http` | [`handle`]`(&request)` in a handler of any path |
//! | wishes | [`Explorer`] |
//!
//! # Safety
//!
//! Whoever reaches the page reads the names of the program's functions, its source
//! files' names and how often it fails. So it listens on the loopback interface
//! unless told otherwise, and warns by the `log` when it doesn't. It answers
//! requests for addresses, `localhost` and names in the variable `AUTOMETRICS_HOSTS` only, see [`Explorer::host`]; it takes
//! `GET` and `HEAD` only and changes nothing; names and errors are data to it and
//! never markup; nothing is loaded from elsewhere. A fixed number of connections,
//! and of slow clients, is what [`autometrics_prometheus::listener`] sees to. It is
//! off until one of the functions here is called.
//!
//! # Memory
//!
//! One thread samples every second. A call does nothing more for it. The thread keeps five minutes in steps of a
//! second and six hours in steps of 30 seconds; the latencies of each pair of caller and callee are in steps of 10
//! seconds and 5 minutes. That takes, however long the program runs, at most
//!
//! | bytes | for each |
//! |---|---|
//! | [`FUNCTION_BYTES`] | function that was ever called |
//! | [`BUCKET_BYTES`] | fine bucket of a function's latencies (8 per octave) into which calls fall in every step |
//! | [`KIND_BYTES`] | kind of its errors |
//! | [`PROMISE_BYTES`] | promise of its objectives |
//! | [`EDGE_BYTES`] | pair of caller and callee |
//! | [`EDGE_BUCKET_BYTES`] | fine bucket of such a pair into which calls fall in every step |
//!
//! as long as no step has more than 2^27 calls. It is usually far less: 37 kB for a function and 16 kB for a pair with 30 calls per second whose latencies
//! are spread over a factor of 30. 1,000 such functions with four callers each take 99 MB. Besides, the
//! last snapshot is kept.
//!
//! # Suspects
//!
//! For each objective that burns, and each function whose errors or time rose from one
//! window to the next, it walks down the calls to where that comes from: step by step to
//! the callee that explains most of the rise at today's traffic, as long as that is more
//! than what is the function's own. It ends earlier at a callee that is only called more
//! often, and before one that did as well as before for its other callers. Errors
//! rose when they are three and four standard deviations more; time when calls take
//! half as long again, and 10 ms more each, or together in a second. The same
//! numbers give the same answer. Under each walk stand recent events of the functions on it
//! that have `events`: what failed, or was slow.
//!
//! # The API
//!
//! What the page shows is JSON below `api/v1/`, described by
//! `api/v1/openapi.json`, which is `OpenAPI` 3.1. Fields have units, are never missing, and stay.
#![forbid(unsafe_code)]

mod explorer;
mod history;
mod query;
mod sampler;
mod shared;
#[cfg(test)]
mod simulation;
mod suspects;
mod web;

use std::{env, net::ToSocketAddrs, sync::OnceLock};

use http::{Request, Response, StatusCode};

pub use self::{
    explorer::{Explorer, Handler},
    history::{
        BUCKET_BYTES, EDGE_BUCKET_BYTES, EDGE_BYTES, FUNCTION_BYTES, KIND_BYTES, PROMISE_BYTES,
    },
    web::Mount,
};
pub use autometrics_prometheus::{
    DEFAULT_ADDR,
    listener::{ServeError, Server},
};

/// The handler that [`handle`] uses; `None` if there was no thread for it.
static HANDLER: OnceLock<Option<Handler>> = OnceLock::new();

/// Serves the page at `/` of `addr`, and metrics at `/metrics`, on threads of its
/// own, until the program ends. A program that becomes a daemon calls this after `fork`: a child
/// has none of these threads, but a copy of the port, on which nobody answers.
///
/// # Errors
///
/// As [`Explorer::serve`].
pub fn serve(addr: impl ToSocketAddrs) -> Result<Server, ServeError> {
    Explorer::new().serve(addr)
}

/// Where to serve the page: what the variable `AUTOMETRICS_EXPLORER_ADDR` of the
/// running program says, else [`DEFAULT_ADDR`].
///
/// What is no address is an error of [`serve`].
pub fn addr() -> String {
    env::var("AUTOMETRICS_EXPLORER_ADDR")
        .ok()
        .filter(|addr| !addr.trim().is_empty())
        .unwrap_or_else(|| DEFAULT_ADDR.to_string())
}

/// Begins to sample for [`handle`], so that its history begins now and not with
/// the first request.
pub fn start() {
    handler();
}

/// The response to a request for one of the explorer's pages, under any path.
///
/// The page is at the path with a slash at its end, and everything else below it,
/// metrics as well; the path without a slash redirects there. In a server on crate
/// `http` it is one line of a handler that gets all paths below the mount:
///
/// ```
/// use http::{Request, Response};
///
/// async fn explore(request: Request<()>) -> Response<Vec<u8>> {
///     autometrics_explorer::handle(&request)
/// }
/// ```
///
/// It samples from its first call on, or from [`start`] on. Requests for other
/// hosts than addresses and `localhost` are refused; a server with a name of its
/// own takes [`Explorer::host`] or [`Explorer::any_host`], and a [`Handler`].
pub fn handle<T>(request: &Request<T>) -> Response<Vec<u8>> {
    match handler() {
        Some(handler) => handler.handle(request),
        None => web::refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            "the system has no thread for the explorer; let it have some, and start again"
                .to_owned(),
        ),
    }
}

fn handler() -> Option<&'static Handler> {
    HANDLER
        .get_or_init(|| Explorer::new().start().ok())
        .as_ref()
}
