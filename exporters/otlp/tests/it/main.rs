//! Tests the public API against a collector that decodes OTLP with `opentelemetry-proto`.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "`UPDATE_EXPECT=1` writes them"
)]

mod code_dialect;
mod collector;
mod deltas;
mod equality;
mod exponential;
#[cfg(feature = "grpc")]
mod grpc;
mod outages;
mod page;
#[path = "../../../prometheus/tests/it/program.rs"]
mod program;
mod requests;
mod splitting;
mod starts;
mod store;
mod stream;
#[cfg(feature = "tls")]
mod tls;
mod waiting;
