//! OpenSLO v1: objectives as other tools read and write them.
//!
//! The format: <https://github.com/OpenSLO/OpenSLO>. Each indicator is an `SLO` of
//! its own, as OpenSLO has one per object; what it does not know stands in
//! annotations, so that reading what was written gives the same rules.

mod bound;
mod node;
mod query;
mod read;
mod write;

pub use self::{
    read::{Objectives, read},
    write::write,
};

/// Names of our annotations.
mod annotation {
    pub(super) const OBJECTIVE: &str = "autometrics/objective";
    pub(super) const SLI: &str = "autometrics/sli";
    pub(super) const THRESHOLD: &str = "autometrics/threshold";
    pub(super) const RUNBOOK: &str = "autometrics/runbook";
    pub(super) const PACKAGE: &str = "autometrics/package";
    pub(super) const OWNER: &str = "autometrics/owner";
}

const API: &str = "openslo/v1";
