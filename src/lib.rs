//! One attribute on a function measures how often it is called, by which caller, how often it fails
//! and how long it takes.
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
//! - [`derive@ResultLabels`]: declares per error whether it counts as an error, and under which
//!   error kind.
//! - [`Objective`]: service-level objectives of functions (success rate and latency).
//! - `prometheus`: exports metrics as text or over HTTP (feature `prometheus-exporter`, on by default).
//! - `opentelemetry_0_33`: exemplars from spans of crate `opentelemetry` 0.33, and counters through
//!   its providers (feature `opentelemetry-0_33`), or all metrics in the requests of its OTLP
//!   exporter (`opentelemetry-0_33-http`).
//! - `fastrace_0_7`, `tracing_subscriber_0_3`: exemplars from spans of crate `fastrace`, or from
//!   trace and span ids in the fields of spans of crate `tracing` (features of the same names, with
//!   `-`).
//! - `otlp`: sends metrics to an OpenTelemetry Collector (feature `otlp`).
//! - `explorer`: a page inside the running program (feature `explorer`), which also answers agents
//!   in the Model Context Protocol (feature `explorer-mcp`).
//! - `axum_0_8`, `actix_web_4`: handlers for both frameworks, and responses that are classified by
//!   their status (features `axum-0_8` and `actix-web-4`).
//! - `tower_service_0_3`: propagates the caller to other services (feature `tower-service-0_3`).
//! - [`InCurrentCall`], [`RunInCurrentCall`]: keep the caller across `spawn`.
//! - `#[instrument_fn(span)]`: spans of crate `tracing` (feature `tracing-0_1`), and [`TraceSource`],
//!   which supplies the exemplars that link a bucket to a trace.
//! - `#[instrument_fn(events)]`: keeps single calls, such as errors and slow calls; see
//!   [`EventSettings`] and [`recent_events`].
//! - [`Settings`]: service name, buckets and more, applied once at the start of `main`.
//! - [`snapshot()`]: everything recorded so far, as plain values.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

pub use autometrics_core::{
    BucketSpan, BuildInfo, CalledFrom, CalledFunction, Caller, CurrentCall, DEFAULT_BUCKETS, Edge,
    ErrorKind, ErrorKinds, Event, EventField, EventReason, EventSettings, Exemplar, FineBuckets,
    FlowCalls, Function, Histogram, InCurrentCall, ObjectiveCalls, Outcome, Quantile,
    RefusedCaller, RemoteCaller, ResultLabel, ResultLabels, RunInCurrentCall, Settings,
    SettingsError, Sli, Snapshot, TraceContext, TraceSource, build_info, recent_events, snapshot,
};
#[cfg(feature = "explorer")]
pub use autometrics_explorer as explorer;
#[cfg(feature = "fastrace-0_7")]
pub use autometrics_fastrace_0_7 as fastrace_0_7;
/// The attribute of `autometrics` 3.0; the new one is [`macro@instrument_fn`].
///
/// It accepts the arguments of 3.0 and records the same as the new attribute:
///
/// - `ok_if = TEST`, `error_if = TEST`, `track_concurrency`, and `objective = CONST`, where `CONST`
///   is an [`objectives::Objective`];
/// - `struct_name = "Type"`: the prefix of method names, for methods that are instrumented one by
///   one;
/// - `#[skip_autometrics]` leaves out a method of an instrumented `impl` block.
#[cfg(feature = "compat")]
pub use autometrics_macros::autometrics;
pub use autometrics_macros::{ResultLabels, instrument_fn};
#[cfg(feature = "opentelemetry-0_33")]
pub use autometrics_opentelemetry_0_33 as opentelemetry_0_33;
#[cfg(feature = "otlp")]
pub use autometrics_otlp as otlp;
#[cfg(feature = "prometheus-exporter")]
pub use autometrics_prometheus as prometheus;
#[cfg(feature = "tower-service-0_3")]
pub use autometrics_tower_service_0_3 as tower_service_0_3;
#[cfg(feature = "tracing-subscriber-0_3")]
pub use autometrics_tracing_subscriber_0_3 as tracing_subscriber_0_3;
#[cfg(feature = "compat")]
pub use compat::{objectives, prometheus_exporter, settings};
pub use slo_spec::{Cancelled, Decimal, DecimalError, Latency, Objective, Percent};

#[cfg(feature = "actix-web-4")]
pub mod actix_web_4;
#[cfg(feature = "axum-0_8")]
pub mod axum_0_8;
#[cfg(feature = "compat")]
mod compat;
mod emit;
#[cfg(any(feature = "axum-0_8", feature = "actix-web-4"))]
mod route_name;

/// Items that the expansion of `#[instrument_fn]` uses.
///
/// Not a public API. The name ends with the patch version, so that an expansion by the macros of
/// another version fails to compile instead of meaning something else.
#[doc(hidden)]
pub mod __private0 {
    pub use crate::__emit as emit;
    #[cfg(feature = "compat")]
    pub use crate::compat::labels;
    #[cfg(feature = "tracing-0_1")]
    pub use crate::emit::{span_id, suppressed, trace_id};
    pub use autometrics_core::__private0::*;
    pub use autometrics_macros::links;
    #[cfg(feature = "tracing-0_1")]
    pub use tracing;
}
