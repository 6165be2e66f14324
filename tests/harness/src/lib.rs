//! Programs, servers and clients for tests of any crate.
//!
//! The monitoring servers show how they handle our metrics and rules. Each of them listens on a free
//! port of 127.0.0.1, keeps its data and its log in a folder that the test gives, and ends with the
//! test. If the test fails, the end of each log is shown.
#![forbid(unsafe_code)]

mod cargo;
mod child;
mod http;
mod wait;

mod client;
mod http_server;
mod process;
mod programs;

mod alertmanager;
mod pager;
mod prometheus;
mod scrape;
mod victoria;

pub use alertmanager::Alertmanager;
pub use cargo::{cargo, shared_target, target};
pub use child::OwnedChild;
pub use client::{Client, Reply, exchange};
pub use http::{PATIENCE, encoded, free_addr, get, send};
pub use http_server::{HttpServer, Request, response};
pub use pager::{Alert, Notification, Pager};
pub use process::Process;
pub use programs::{Promtool, newer, promtools};
pub use prometheus::Prometheus;
pub use scrape::{Samples, Scrape, Target};
pub use victoria::Victoria;
pub use wait::wait_for;
