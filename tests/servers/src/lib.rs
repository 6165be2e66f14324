//! Monitoring servers as processes, for tests that show what they do with our metrics and rules.
#![forbid(unsafe_code)]

mod programs;

pub use programs::{Promtool, newer, promtools};
