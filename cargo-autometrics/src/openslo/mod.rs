//! OpenSLO v1, a format in which other tools read and write objectives.
//!
//! The format: <https://github.com/OpenSLO/OpenSLO>. An OpenSLO object has one indicator, so each
//! indicator is an `SLO` of its own. Annotations hold everything that OpenSLO cannot express, so
//! that a file which was written here gives the same rules when it is read.

mod bound;
mod node;
mod query;
mod read;
mod write;

pub use self::{
    read::{Objectives, read},
    write::write,
};

/// Names of our annotations in `metadata.annotations`.
mod annotation {
    pub(super) const OBJECTIVE: &str = "autometrics/objective";
    pub(super) const SLI: &str = "autometrics/sli";
    pub(super) const THRESHOLD: &str = "autometrics/threshold";
    pub(super) const RUNBOOK: &str = "autometrics/runbook";
    pub(super) const PACKAGE: &str = "autometrics/package";
    pub(super) const OWNER: &str = "autometrics/owner";
}

const API: &str = "openslo/v1";
