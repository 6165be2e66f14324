//! Prometheus and OpenMetrics exposition of autometrics: as text, as an HTTP
//! response, from a listener of its own, and in an existing registry.
//!
//! | you have | you write |
//! |---|---|
//! | no HTTP server | [`serve`]`(`[`DEFAULT_ADDR`]`)?` in `main` |
//! | axum, hyper, or another server on crate `http` | [`response`]`(&headers)` in a handler |
//! | any other server | [`Format::from_accept`], [`encode`] and [`Format::content_type`] |
//! | a registry of crate `prometheus-client` | its adaptor, behind feature `prometheus-client` |
//!
//! Whichever it is, the series are the same, and all of them are exported from
//! the first scrape. Everything here reads an [`autometrics_core::Snapshot`]
//! and nothing else of the run time: functions called `…_from` take one, the
//! others take the program's own at each scrape.
#![forbid(unsafe_code)]

mod accept;
mod encode;
mod exemplars;
mod format;
mod labels;
mod live;
mod response;
mod serve;

#[cfg(feature = "prometheus-client")]
pub mod client_0_25;
pub mod listener;

pub use encode::{encode, encode_into};
pub use format::Format;
pub use live::{response, serve};
pub use response::response_from;
pub use serve::{DEFAULT_ADDR, serve_from};
