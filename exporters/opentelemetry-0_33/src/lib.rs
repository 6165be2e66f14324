//! Autometrics in a program that uses `opentelemetry` 0.33.
//!
//! | you want | you write |
//! |---|---|
//! | exemplars that lead to OpenTelemetry's spans | `Settings::new().trace_source(`[`ActiveSpan`]`)` |
//! | counters through your own `MeterProvider` | [`observe`]`(&meter)` |
//! | everything in the requests of your own OTLP exporter | `.with_http_client(AppendingClient::new(client))`, with feature `http` |
//!
//! The last two are alternatives and export the same series. Use one of them, or calls arrive
//! twice.
//!
//! # Exported metrics
//!
//! | | [`observe`] | `AppendingClient` |
//! |---|---|---|
//! | calls, calls in flight, cancelled calls | yes | yes |
//! | good and bad calls of objectives, latencies included | yes | yes |
//! | build, edges beyond the cardinality limit, and name collisions | yes | yes |
//! | latencies | no: the SDK accepts no histogram that was counted elsewhere | yes, explicit or exponential |
//! | exemplars | no, for the same reason | yes |
//! | series | as many as the SDK keeps per instrument, 2,000; further ones are [added up](Observer::cardinality_limit) | all |
//! | exporters and readers | any, of metrics | OTLP over HTTP, as protobuf, plain or with gzip |
//! | views | yours | none |
//! | temporality | your reader's | cumulative, or delta with `AppendingClient::delta` |
//! | resource | yours | yours, with `service.name` as in `Settings` |
//! | in a program without metrics of its own | yes | no: the SDK sends no request |
//!
//! Metrics and attributes are those of `autometrics-otlp`: `function.calls` with `function`,
//! `module`, `service.name`, `caller.function` and so on. Prometheus and Collectors convert them to
//! the names of a scrape.
//!
//! The crate's name contains the version of `opentelemetry`, so a program can use it for two
//! versions at once.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod active_span;
#[cfg(feature = "http")]
mod appending;
mod attributes;
#[cfg(feature = "http")]
mod body;
mod observe;
#[cfg(feature = "http")]
mod resource;
mod series_limit;
mod shared;

pub use active_span::ActiveSpan;
#[cfg(feature = "http")]
pub use appending::AppendingClient;
#[cfg(feature = "http")]
pub use autometrics_otlp::HistogramAggregation;
pub use observe::{Observer, observe};
