//! Sends the metrics of autometrics to an OpenTelemetry Collector, as OTLP.
//!
//! To start the exporter, add one line to `main`. To send the calls since the last export, add
//! another at its end:
//!
//! ```no_run
//! use std::time::Duration;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let metrics = autometrics::otlp::start()?; // to http://localhost:4318/v1/metrics
//!     // … the program
//!     metrics.shutdown(Duration::from_secs(5))?;
//!     Ok(())
//! }
//! ```
//!
//! # Metrics
//!
//! | metric | kind | unit |
//! |---|---|---|
//! | `function.calls` | monotonic sum | |
//! | `function.calls.duration` | histogram with explicit bounds, or [exponential](HistogramAggregation), and exemplars | `s` |
//! | `function.calls.duration_by_caller` | the same per caller, with [`Settings::latency_by_caller`](autometrics_core::Settings::latency_by_caller) | `s` |
//! | `function.calls.concurrent` | sum that goes up and down | |
//! | `function.calls.cancelled` | monotonic sum | |
//! | `function.objective.calls` | monotonic sum | |
//! | `build_info`, `autometrics.overflowed_pairs`, `autometrics.name_collisions` | gauge | |
//! | `autometrics.refused_callers`, `autometrics.suppressed_events` | monotonic sum | |
//!
//! Attributes are the labels of a scrape with dots, as the Autometrics specification defines them,
//! such as `caller.function` for `caller_function` and `objective.latency_threshold`. Prometheus'
//! OTLP endpoint and a Collector's Prometheus exporter replace the dots with underscores and append
//! the unit and `_total` to metric names, so dashboards and rules for scraped metrics work
//! unchanged. For that reason every series has the attribute `service.name`, in addition to the
//! resource.
//!
//! Cumulative series start when the program began to count. A series that appears later, for a new
//! caller or error kind, starts with its first call. The attribute `service.instance.id`
//! distinguishes the instances of a service. It is random unless it is set.
//!
//! # Dialects
//!
//! With [`Dialect::Code`], calls, errors and latencies are exported in the names of `code.function.*`,
//! a proposed semantic convention of OpenTelemetry. **It is a draft, and its names may change in any
//! version.**
//!
//! | metric | kind | unit |
//! |---|---|---|
//! | `code.function.calls` | monotonic sum, the values of `function.calls` | `{call}` |
//! | `code.function.errors` | monotonic sum, those of failed calls | `{error}` |
//! | `code.function.call.duration` | histogram, the values of `function.calls.duration` | `s` |
//!
//! | attribute | value |
//! |---|---|
//! | `code.function.name` | module and name of the function, `shop::cart::Cart::add` |
//! | `code.function.caller.name` | those of the caller; absent without a caller, `__overflow__` beyond the cardinality limit |
//! | `caller.service` | program of a remote caller |
//! | `error.type` | error kind of a failed call, `_OTHER` without one; absent from other calls |
//! | `code.flow.name` | flow, of `function.flow.calls` in programs that count [flows](autometrics_core::Settings::flows) |
//! | `code.file.path` | source file, with [`Exporter::code_file_paths`] |
//!
//! - All other metrics keep their names. Their attributes have the names of the convention where it has
//!   one, so that they can be joined.
//! - `service.name` is only in the resource, and so is the commit, `vcs.ref.head.revision`.
//! - No attribute has a line, as lines change with every edit above a function. Only the names of
//!   functions that [collide](autometrics_core::Function::collides) contain one.
//! - Functions whose module and name are written alike, such as `c` of `a::b` and `b::c` of `a`, also have
//!   the attribute `function`, or `caller.function`.
//! - Failed calls are in two metrics, so an edge has one series more for each of its error kinds.
//!   [`Settings::cardinality_limit`](autometrics_core::Settings::cardinality_limit) limits callers; with
//!   a small limit, nearly all share `__overflow__`.
//!
//! # Outages of the collector
//!
//! Instrumented calls never wait for the exporter. Its only thread takes a snapshot, sends it, and
//! retries in the cases that the [protocol] defines. The pauses double, or are those that the
//! Collector asked for. Retries end when the next export is due, which sends a new snapshot.
//!
//! A Collector can ask for a pause of at most three intervals. [`Running::shutdown`] makes one
//! attempt whatever the Collector asked for.
//!
//! Nothing queues, and no count is lost: cumulative sums contain all earlier calls, and a delta
//! begins where the last accepted one ended.
//!
//! Receivers refuse large requests, over gRPC those above 4 MiB. A larger export is split into
//! requests of at most [3.5 MiB](Exporter::max_request_size), which are sent one after the other. A
//! refused request does not stop the others. For delta temporality, only the points that were not
//! accepted are sent again: the next deltas of their series contain them.
//!
//! The exporter logs warnings with crate [`log`]: one at the beginning of an outage, and then at
//! most one in five minutes.
//!
//! # Variables
//!
//! The variables are those of the OpenTelemetry specification: [OTLP exporters], [metrics], [all
//! others]. A variable for metrics (`OTEL_EXPORTER_OTLP_METRICS_…`) takes precedence over the one
//! for all signals, and a setting of [`Exporter`] over both. Times are in milliseconds.
//!
//! | variable | default |
//! |---|---|
//! | `OTEL_EXPORTER_OTLP_ENDPOINT` | `http://localhost:4318`, and `/v1/metrics` is added; gRPC `http://localhost:4317` |
//! | `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT` | nothing is added |
//! | `OTEL_EXPORTER_OTLP_[METRICS_]PROTOCOL` | `http/protobuf`; with feature `grpc` also `grpc` |
//! | `OTEL_EXPORTER_OTLP_[METRICS_]HEADERS` | `name=value,…`, values percent-encoded |
//! | `OTEL_EXPORTER_OTLP_[METRICS_]COMPRESSION` | `gzip`; or `none` |
//! | `OTEL_EXPORTER_OTLP_[METRICS_]TIMEOUT` | 10000, for one request; 0 is an hour |
//! | `OTEL_EXPORTER_OTLP_[METRICS_]CERTIFICATE` | the system's root certificates |
//! | `OTEL_EXPORTER_OTLP_[METRICS_]CLIENT_CERTIFICATE`, `…_CLIENT_KEY` | none |
//! | `OTEL_EXPORTER_OTLP_[METRICS_]INSECURE` | `false`; `true` makes `http` the scheme of a gRPC endpoint that has none |
//! | `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE` | `cumulative`; or `delta`, or `lowmemory` with the same effect |
//! | `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION` | `explicit_bucket_histogram`; or `base2_exponential_bucket_histogram` |
//! | `AUTOMETRICS_OTLP_DIALECT` | `autometrics`; or `code`, a [dialect](#dialects) |
//! | `OTEL_METRIC_EXPORT_INTERVAL` | 60000 |
//! | `OTEL_METRIC_EXPORT_TIMEOUT` | 30000, for all tries of an export; 0 is an hour |
//! | `OTEL_RESOURCE_ATTRIBUTES` | `key=value,…`, percent-encoded |
//! | `OTEL_SERVICE_NAME` | one of the ways to [name the service](autometrics_core::Settings::service_name) |
//! | `OTEL_SDK_DISABLED` | `false`; `true` turns the export off, as `OTEL_METRICS_EXPORTER=none` does |
//!
//! [protocol]: https://opentelemetry.io/docs/specs/otlp/#failures-1
//! [OTLP exporters]: https://opentelemetry.io/docs/specs/otel/protocol/exporter/
//! [metrics]: https://opentelemetry.io/docs/specs/otel/metrics/sdk_exporters/otlp/
//! [all others]: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod attributes;
mod backoff;
mod choices;
mod encode;
mod endpoint;
mod error;
mod exponential;
mod exporter;
#[cfg(feature = "grpc")]
mod grpc;
mod http;
mod options;
mod outage;
mod outcome;
mod pending;
mod proto;
mod redaction;
mod resource;
mod settings;
mod shared;
mod split;
mod stream;
#[cfg(feature = "tls")]
mod tls;
mod variables;
mod worker;
mod writer;

pub use choices::{Compression, Dialect, HistogramAggregation, Protocol, Temporality};
pub use encode::{encode, encode_into};
pub use error::{ExportError, StartError};
pub use exporter::{Exporter, Running};
pub use options::Options;
pub use stream::{Requests, Stream};

/// Starts an exporter with the settings of the [variables](crate#variables). Short for
/// `Exporter::new().start()`.
///
/// # Errors
///
/// Returns an error in the cases of [`Exporter::start`].
pub fn start() -> Result<Running, StartError> {
    Exporter::new().start()
}
