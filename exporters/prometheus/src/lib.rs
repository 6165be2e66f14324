//! Prometheus and OpenMetrics exposition of the metrics of autometrics: as text, as protobuf, as an
//! HTTP response, from a listener, and in an existing registry.
//!
//! | you have | you write |
//! |---|---|
//! | no HTTP server | [`serve`]`(`[`DEFAULT_ADDR`]`)?` in `main`; [`MetricsServer`] has options |
//! | axum, hyper, or another server on crate `http` | [`response`]`(&headers)` in a handler |
//! | any other server | [`Format::negotiate`], [`encode_to_vec`] and [`Format::content_type`] |
//! | a registry of crate `prometheus-client` 0.25 | its adaptor, behind feature `prometheus-client-0_25` |
//! | a registry of crate `prometheus-client` 0.26 | its adaptor, behind feature `prometheus-client-0_26` |
//! | a registry of crate `prometheus` 0.14 | its adaptor, behind feature `prometheus-0_14` |
//! | a page that another library writes, as `metrics-exporter-prometheus` does | [`append`]`(&mut page)` |
//!
//! With feature `gzip`, [`serve`], [`response`] and everything built on them compress pages for
//! scrapers that accept it, as Prometheus does. Without it, leave compression to the server.
//!
//! With feature `protobuf`, they use Prometheus' protobuf format for scrapers that prefer it.
//! Prometheus prefers it if it scrapes native histograms. Pages in that format have native
//! histograms in addition to classic buckets, which Prometheus drops unless
//! `always_scrape_classic_histograms` is true.
//!
//! All of these have the same series, and have every series from the first scrape on. A program may
//! use several of them. Exemplars are in OpenMetrics and protobuf pages of this crate, and not in
//! the registries.
//!
//! Everything here reads an [`autometrics_core::Snapshot`] and nothing else of the run time.
//! Functions named `…_from` take a snapshot or a source of snapshots, and the others take the
//! program's own at each scrape.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod accept;
mod append;
#[cfg(any(feature = "prometheus-client-0_25", feature = "prometheus-client-0_26"))]
mod client;
mod encode;
mod exemplars;
mod format;
#[cfg(feature = "gzip")]
mod gzip;
mod labels;
mod live;
#[cfg(any(feature = "prometheus-client-0_26", feature = "protobuf"))]
mod native;
#[cfg(feature = "protobuf")]
mod protobuf;
mod qualities;
mod response;
mod serve;

#[cfg(feature = "prometheus-client-0_25")]
pub mod client_0_25;
#[cfg(feature = "prometheus-client-0_26")]
pub mod client_0_26;
#[cfg(feature = "prometheus-0_14")]
pub mod registry_0_14;

pub use append::{append, append_from};
#[doc(inline)]
pub use autometrics_listener::{HOSTS_VARIABLE, Hosts, ServeError, Server};
pub use encode::{encode, encode_into, encode_to_vec};
pub use format::Format;
pub use live::{response, serve};
pub use response::response_from;
pub use serve::{DEFAULT_ADDR, MetricsServer, serve_from};
