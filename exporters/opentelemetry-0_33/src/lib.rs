//! Autometrics in a program that has `opentelemetry` 0.33.
//!
//! | you want | you write |
//! |---|---|
//! | exemplars that lead to OpenTelemetry's spans | `Settings::new().trace_source(`[`ActiveSpan`]`)` |
//! | counters through your own `MeterProvider` | [`observe`]`(&meter)` |
//!
//! # What is carried
//!
//! | | [`observe`] |
//! |---|---|
//! | calls, calls in flight, cancelled calls | yes |
//! | build, folded edges and name collisions | yes |
//! | latencies | no: the SDK takes no histogram that was counted elsewhere |
//! | exemplars | no, for the same reason |
//! | series | as many as the SDK keeps of an instrument, 2,000; the others are [folded](Observer::cardinality_limit) |
//! | temporality, readers, views, resource | yours |
//!
//! Metrics and attributes are those of `autometrics-otlp`: `function.calls` with
//! `function`, `module`, `service.name`, `caller.function` and so on, which Prometheus
//! and Collectors turn into the names that a scrape has.
//!
//! A program may have this crate for two versions of `opentelemetry` at once; each has
//! its own name.
#![forbid(unsafe_code)]

mod active_span;
mod attributes;
mod fold;
mod names;
mod observe;
mod shared;

pub use active_span::ActiveSpan;
pub use observe::{Observer, observe};
