//! The command `cargo autometrics`, which reads the instrumented functions of a compiled program.
//!
//! The program is read and never run. The attribute leaves a record of each function in a section
//! of the executable, and this section survives stripping, link-time optimisation and
//! cross-compilation.
//!
//! This library is the implementation of the command. The command line is its interface; public
//! items of the library change as the command needs it.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

pub mod cli;
mod error;

pub mod artifact;
pub mod program;

pub mod answers;
pub mod check;
pub mod fleet;
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
