//! Layers of tower that carry the caller from one service to the next, in the header `baggage` of
//! requests. With them the call graph does not end at the edge of a program.
//!
//! In the calling program, [`ClientLayer`] writes the innermost instrumented function around a
//! request into the request. In the called program, [`ServerLayer`] makes that function the caller
//! of the functions that handle the request. The first instrumented function of the handler then
//! has the labels `caller_service`, `caller_module` and `caller_function` of the other program:
//!
//! ```
//! use autometrics::instrument_fn;
//! use autometrics::tower_service_0_3::{ClientLayer, ServerLayer};
//! use http::{Request, Response};
//! use tower::{Layer as _, Service, ServiceExt as _, service_fn};
//!
//! // Program `store`. The layer goes around a whole axum `Router`, too: `.layer(…)`.
//! #[instrument_fn]
//! async fn reserve(_: Request<()>) -> Result<Response<()>, std::io::Error> {
//!     Ok(Response::new(()))
//! }
//! let store = ServerLayer::new().accept_from(["web"]).layer(service_fn(reserve));
//!
//! // Program `web`, whose client would be hyper's.
//! let client = ClientLayer::new(["store.internal"])?.layer(store);
//!
//! #[instrument_fn]
//! async fn pay<S: Service<Request<()>>>(store: S) -> Result<S::Response, S::Error> {
//!     let request = Request::post("http://store.internal/reserve").body(());
//!     store.oneshot(request.expect("it is valid")).await
//! }
//! # autometrics::Settings::new().service_name("web").apply()?;
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! runtime.block_on(pay(client))?;
//!
//! let snapshot = autometrics::snapshot();
//! assert_eq!(snapshot.remote_callers[0].service, "web");
//! assert_eq!(snapshot.remote_callers[0].function, "pay");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Flows
//!
//! In programs that count [flows](autometrics_core::Settings::flows), the flow goes from one program
//! to the next, too. [`FlowLayer`] names the flow of requests that come without one, such as `GET
//! /orders/{id}`.
//!
//! # Header format
//!
//! The layers use four members of a [W3C baggage], percent-encoded. Other members stay:
//!
//! ```text
//! baggage: tenant=7,autometrics.service=web,autometrics.module=web%3A%3Abasket,autometrics.function=Basket%3A%3Apay,autometrics.flow=POST%20%2Fpay
//! ```
//!
//! `autometrics.flow` is sent only by a program that counts flows, and read only by such a program. A
//! program with an older version of these layers takes the caller and ignores the flow.
//!
//! The caller is sent only to listed hosts, and an incoming caller is accepted only if it passes
//! the checks that [`ServerLayer`] names. The package `two-services` in the project's `examples`
//! has two processes, an axum server and a client with `hyper-util`.
//!
//! [W3C baggage]: https://www.w3.org/TR/baggage/
#![forbid(unsafe_code)]

mod baggage;
mod client;
mod flow;
mod hosts;
mod response_future;
mod server;

pub use client::{ClientLayer, ClientService};
pub use flow::{FlowLayer, FlowService};
pub use hosts::HostError;
pub use response_future::ResponseFuture;
pub use server::{ServerLayer, ServerService};
