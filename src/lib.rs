//! One attribute on a function, and you know how often it is called, by whom,
//! how often it fails and how long it takes.
//!
//! ```
//! use std::{num::ParseIntError, time::Duration};
//!
//! use autometrics::{Objective, instrument_fn};
//!
//! const CHECKOUT: Objective = Objective::new("checkout")
//!     .success_rate(99.9)
//!     .latency(Duration::from_millis(180), 99.0);
//!
//! #[instrument_fn(objective = CHECKOUT)]
//! fn place_order(cart: &str) -> Result<u64, ParseIntError> {
//!     price(cart)
//! }
//!
//! #[instrument_fn]
//! fn price(cart: &str) -> Result<u64, ParseIntError> {
//!     cart.parse()
//! }
//!
//! let _ = (place_order("42"), place_order("forty-two"));
//!
//! let snapshot = autometrics::snapshot();
//! let calls: u64 = snapshot.edges.iter().map(|edge| edge.latency.count()).sum();
//! assert_eq!(calls, 4);
//! ```
//!
//! - [`macro@instrument_fn`]: the attribute and its arguments.
//! - [`derive@ResultLabels`]: what an error counts as, and of which kind it is.
//! - [`Objective`]: how good functions have to be.
//! - `prometheus`: getting it out, as text or over HTTP (feature
//!   `prometheus`, on by default).
//! - `opentelemetry_0_33`: exemplars that lead to spans of crate `opentelemetry` 0.33, and
//!   counters through its providers (feature `opentelemetry-0_33`), or everything in the
//!   requests of its OTLP exporter (`opentelemetry-0_33-http`).
//! - `fastrace_0_7`, `tracing_subscriber_0_3`: exemplars that lead to spans of crate
//!   `fastrace`, or to what fields of spans of crate `tracing` say (features of the same
//!   names with `-`).
//! - `otlp`: sending it to an OpenTelemetry Collector (feature `otlp`).
//! - `explorer`: a page inside the running program (feature `explorer`).
//! - `axum_0_8`, `actix_web_4`: one-line handlers for both, and answers that are judged by
//!   their status (features `axum-0_8` and `actix-web-4`).
//! - `tower`: carrying the caller to other services (feature `tower`).
//! - [`InCurrentCall`], [`RunInCurrentCall`]: keeping the caller across `spawn`.
//! - `#[instrument_fn(span)]`: spans of crate `tracing` (feature `tracing`), and
//!   [`TraceSource`], which leads from a bucket to a trace.
//! - `#[instrument_fn(events)]`: the calls that are worth keeping, see [`Events`] and
//!   [`recent_events`].
//! - [`Settings`]: service name, buckets and more, once at the start of `main`.
//! - [`snapshot()`]: everything recorded, as plain values.
#![forbid(unsafe_code)]

pub use autometrics_core::{
    BuildInfo, CalledFrom, CalledFunction, Caller, CurrentCall, DEFAULT_BUCKETS, Edge, ErrorKind,
    ErrorKinds, Event, EventField, Events, Exemplar, Function, Histogram, InCurrentCall, Judged,
    Outcome, RefusedCaller, RemoteCaller, ResultLabel, ResultLabels, RunInCurrentCall, Settings,
    SettingsError, Sli, Snapshot, Text, TraceContext, TraceSource, Why, build_info, recent_events,
    snapshot,
};
#[cfg(feature = "explorer")]
pub use autometrics_explorer as explorer;
#[cfg(feature = "fastrace-0_7")]
pub use autometrics_fastrace_0_7 as fastrace_0_7;
/// The attribute of `autometrics` 3.0; the new one is [`macro@instrument_fn`].
///
/// It takes what it took there, and does what the new one does:
///
/// - `ok_if = TEST`, `error_if = TEST`, `track_concurrency`, `objective = CONST`, of
///   which the objective is one of [`objectives`];
/// - `struct_name = "Type"`: what stands before the names of methods that are
///   decorated one by one;
/// - `#[skip_autometrics]` leaves out a method of a decorated `impl` block.
#[cfg(feature = "compat")]
pub use autometrics_macros::autometrics;
pub use autometrics_macros::{ResultLabels, instrument_fn};
#[cfg(feature = "opentelemetry-0_33")]
pub use autometrics_opentelemetry_0_33 as opentelemetry_0_33;
#[cfg(feature = "otlp")]
pub use autometrics_otlp as otlp;
#[cfg(feature = "prometheus")]
pub use autometrics_prometheus as prometheus;
#[cfg(feature = "tower")]
pub use autometrics_tower as tower;
#[cfg(feature = "tracing-subscriber-0_3")]
pub use autometrics_tracing_subscriber_0_3 as tracing_subscriber_0_3;
#[cfg(feature = "compat")]
pub use compat::{objectives, prometheus_exporter, settings};
pub use slo_spec::{Cancelled, Latency, Objective, Percent};

#[cfg(feature = "actix-web-4")]
pub mod actix_web_4;
#[cfg(feature = "axum-0_8")]
pub mod axum_0_8;
#[cfg(feature = "compat")]
mod compat;
mod emit;

#[doc(hidden)]
pub mod __private {
    pub use crate::__emit as emit;
    #[cfg(feature = "compat")]
    pub use crate::compat::labels;
    #[cfg(feature = "tracing")]
    pub use crate::emit::{span_id, suppressed, trace_id};
    pub use autometrics_core::__private::*;
    pub use autometrics_macros::links;
    #[cfg(feature = "tracing")]
    pub use tracing;
}
