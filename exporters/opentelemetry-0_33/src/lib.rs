//! Autometrics in a program that has `opentelemetry` 0.33.
//!
//! | you want | you write |
//! |---|---|
//! | exemplars that lead to OpenTelemetry's spans | `Settings::new().trace_source(`[`ActiveSpan`]`)` |
//! | counters through your own `MeterProvider` | [`observe`]`(&meter)` |
//! | everything in the requests of your own OTLP exporter | `.with_http_client(AppendingClient::new(client))`, with feature `http` |
//!
//! The last two are two ways to the same series: a program has one of them, or its
//! calls arrive twice.
//!
//! # What is carried
//!
//! | | [`observe`] | `AppendingClient` |
//! |---|---|---|
//! | calls, calls in flight, cancelled calls | yes | yes |
//! | good and bad calls of objectives, latencies included | yes | yes |
//! | build, folded edges and name collisions | yes | yes |
//! | latencies | no: the SDK takes no histogram that was counted elsewhere | yes, with bounds or exponential |
//! | exemplars | no, for the same reason | yes |
//! | series | as many as the SDK keeps of an instrument, 2,000; the others are [folded](Observer::cardinality_limit) | all |
//! | exporters and readers | any, of metrics | OTLP over HTTP, as protobuf, plain or with gzip |
//! | views | yours | none |
//! | temporality | your reader's | cumulative, or delta if told so |
//! | resource | yours | yours, with `service.name` as in `Settings` |
//! | in a program without metrics of its own | yes | no: the SDK sends no request |
//!
//! Metrics and attributes are those of `autometrics-otlp`: `function.calls` with
//! `function`, `module`, `service.name`, `caller.function` and so on, which Prometheus
//! and Collectors turn into the names that a scrape has.
//!
//! A program may have this crate for two versions of `opentelemetry` at once; each has
//! its own name.
#![forbid(unsafe_code)]

mod active_span;
#[cfg(feature = "http")]
mod appending;
mod attributes;
#[cfg(feature = "http")]
mod body;
mod fold;
mod observe;
#[cfg(feature = "http")]
mod resource;
mod shared;

pub use active_span::ActiveSpan;
#[cfg(feature = "http")]
pub use appending::AppendingClient;
#[cfg(feature = "http")]
pub use autometrics_otlp::HistogramAggregation;
pub use observe::{Observer, observe};
