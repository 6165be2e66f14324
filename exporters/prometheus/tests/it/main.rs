//! Tests the public API with independent parsers.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "`UPDATE_EXPECT=1` writes them"
)]

mod append;
mod exemplars;
mod exposition;
#[cfg(any(feature = "prometheus-client-0_26", feature = "protobuf"))]
mod fine;
#[cfg(feature = "gzip")]
mod gzip;
mod hostile;
mod hosts;
mod openmetrics;
mod program;
mod promtool;
#[cfg(feature = "protobuf")]
mod protobuf;
#[cfg(any(feature = "prometheus-client-0_25", feature = "prometheus-client-0_26"))]
mod registry;
#[cfg(feature = "prometheus-0_14")]
mod registry_0_14;
#[cfg(feature = "protobuf")]
mod scraped;
mod server;
mod text;
