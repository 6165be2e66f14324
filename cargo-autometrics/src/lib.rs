//! `cargo autometrics`: what a compiled program says of its decorated functions.
//!
//! The program is read, never run: the attribute leaves a record of each
//! function in a section of the executable, and that survives stripping,
//! link-time optimisation and cross-compilation.
//!
//! This library is the command's inside. Its interface is the command line:
//! what is public here changes as the command needs it.
#![forbid(unsafe_code)]

pub mod cli;
mod error;

pub mod artifact;
pub mod program;

pub mod check;
pub mod graph;
pub mod list;
pub mod openslo;
pub mod prometheus;
pub mod rules;

mod input;
mod output;
mod promql;
mod service;
mod shell;
mod transaction;
mod yaml;

pub use error::Error;
pub use output::report;
