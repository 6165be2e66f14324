//! The names of `autometrics` 3.0, each in terms of the new ones.
//!
//! `MIGRATING.md` tells what changes visibly, and what the new names are.

pub mod labels;
pub mod objectives;
pub mod prometheus_exporter;
pub mod settings;
