//! Sends the metrics of autometrics to an OpenTelemetry Collector, as OTLP.
//!
//! One line in `main`, and one at its end for what came since the last export:
//!
//! ```no_run
//! use std::time::Duration;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let metrics = autometrics_otlp::start()?; // to http://localhost:4318/v1/metrics
//!     // … the program
//!     metrics.shutdown(Duration::from_secs(5))?;
//!     Ok(())
//! }
//! ```
//!
//! # What arrives
//!
//! | metric | kind | unit |
//! |---|---|---|
//! | `function.calls` | monotonic sum | |
//! | `function.calls.duration` | histogram with explicit bounds, or [exponential](HistogramAggregation), and exemplars | `s` |
//! | `function.calls.concurrent` | sum that goes up and down | |
//! | `function.calls.cancelled` | monotonic sum | |
//! | `function.objective.calls` | monotonic sum | |
//! | `build_info`, `autometrics.folded_edges`, `autometrics.name_collisions` | gauge | |
//! | `autometrics.refused_callers` | monotonic sum | |
//!
//! Attributes are the labels of a scrape with dots, as the Autometrics specification spells
//! them: `caller.function` for `caller_function`, and `objective.latency_threshold`. Prometheus' OTLP endpoint and a Collector's Prometheus exporters
//! make underscores of the dots and put units and `_total` behind the names: then
//! dashboards and rules for scraped metrics go on working. So `service.name` is an
//! attribute of every series as well as of the resource.
//!
//! Counts start when the program began to count, and those of a caller or kind of error that appears
//! later with its first call. Instances of a service are told apart by `service.instance.id`,
//! which is random unless it is given.
//!
//! # While the collector is away
//!
//! Calls never wait: one thread takes a snapshot, sends it and tries again where the
//! [protocol] says so, with pauses that double or that the Collector asked for, until the
//! next export is due, which is of a new snapshot. A Collector can ask for a pause of three
//! intervals at most, and [`Running::shutdown`] sends once whatever it asked for. So nothing queues, and no count is
//! lost, neither of cumulative sums nor of deltas, which begin where the last accepted
//! one ended.
//!
//! Receivers refuse large requests, over gRPC those above 4 MiB. An export that is larger goes as
//! several requests of [3.5 MiB](Exporter::max_request_size) at most, one after the other. One that is
//! refused keeps none of the others back, and only those that were not accepted are sent
//! again: the next deltas of their series contain what they had.
//!
//! Warnings go to crate [`log`], one at the beginning of an outage and then one in five
//! minutes.
//!
//! # Variables
//!
//! As the specification has them: [OTLP exporters], [metrics], [all others]. Those for
//! metrics alone (`OTEL_EXPORTER_OTLP_METRICS_…`) go before those for all signals, and
//! what the [`Exporter`] says before all of them. Times are in milliseconds.
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
//! | `OTEL_EXPORTER_OTLP_[METRICS_]INSECURE` | `false`: what a gRPC endpoint without `http://` is |
//! | `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE` | `cumulative`; or `delta`, which `lowmemory` is as well |
//! | `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION` | `explicit_bucket_histogram`; or `base2_exponential_bucket_histogram` |
//! | `OTEL_METRIC_EXPORT_INTERVAL` | 60000 |
//! | `OTEL_METRIC_EXPORT_TIMEOUT` | 30000, for all tries of an export; 0 is an hour |
//! | `OTEL_RESOURCE_ATTRIBUTES` | `key=value,…`, percent-encoded |
//! | `OTEL_SERVICE_NAME` | one of the ways to [name the service](autometrics_core::Settings::service_name) |
//! | `OTEL_SDK_DISABLED` | `true` sends nothing, as `OTEL_METRICS_EXPORTER=none` does |
//!
//! [protocol]: https://opentelemetry.io/docs/specs/otlp/#failures-1
//! [OTLP exporters]: https://opentelemetry.io/docs/specs/otel/protocol/exporter/
//! [metrics]: https://opentelemetry.io/docs/specs/otel/metrics/sdk_exporters/otlp/
//! [all others]: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
#![forbid(unsafe_code)]

mod answer;
mod backoff;
mod encode;
mod endpoint;
mod error;
mod exponential;
mod exporter;
#[cfg(feature = "grpc")]
mod grpc;
mod http;
mod outage;
mod proto;
mod resource;
mod settings;
mod shared;
mod split;
mod stream;
#[cfg(feature = "tls")]
mod tls;
mod unsent;
mod variables;
mod worker;
mod writer;

pub use encode::{Options, encode, encode_into};
pub use error::{ExportError, StartError};
pub use exporter::{Exporter, Running};
pub use settings::{Compression, HistogramAggregation, Protocol, Temporality};
pub use stream::{Requests, Stream};

/// Sends the program's metrics to where the [variables](crate#variables) say.
///
/// It is `Exporter::new().start()`.
///
/// # Errors
///
/// As [`Exporter::start`].
pub fn start() -> Result<Running, StartError> {
    Exporter::new().start()
}
