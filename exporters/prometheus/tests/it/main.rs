//! The crate as its users see it, against parsers that are not ours.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "`UPDATE_EXPECT=1` writes them"
)]

mod client;
mod exemplars;
mod exposition;
mod hostile;
mod openmetrics;
mod program;
mod promtool;
#[cfg(feature = "prometheus-client")]
mod registry;
mod server;
mod text;
