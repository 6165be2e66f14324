//! Monitoring servers as child processes, for tests that show how they handle our metrics and
//! rules.
//!
//! Every server listens on a free port of 127.0.0.1, keeps its data and its log in a folder that
//! the test gives, and ends with the test. If the test fails, the end of each log is shown.
#![forbid(unsafe_code)]

mod http;
mod process;
mod programs;
mod wait;

mod alertmanager;
mod pager;
mod prometheus;
mod scrape;
mod victoria;

pub use alertmanager::Alertmanager;
pub use http::{free_addr, get};
pub use pager::{Alert, Notification, Pager};
pub use process::Process;
pub use programs::{Promtool, newer, promtools};
pub use prometheus::Prometheus;
pub use scrape::{Samples, Scrape, Target};
pub use victoria::Victoria;
pub use wait::wait_for;
