//! The names of `autometrics` 3.0, each implemented with the new ones.
//!
//! `docs/migrating.md` has the visible changes and the new names.

pub mod labels;
pub mod objectives;
pub mod prometheus_exporter;
pub mod settings;
