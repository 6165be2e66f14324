//! The data that a summary shows.

use std::time::Duration;

use autometrics::Snapshot;

use super::activity::Activity;
use crate::load::Report;

/// Data of one moment of the summary.
pub(super) struct View<'a> {
    pub(super) url: &'a str,
    pub(super) explorer: &'a str,
    pub(super) age: Duration,
    pub(super) snapshot: &'a Snapshot,
    pub(super) requests: Report,
    /// Title of the time span of `now`; `None` if it is the whole time.
    pub(super) window: Option<&'a str>,
    pub(super) now: Activity,
    pub(super) ever: Activity,
    pub(super) trouble: Option<String>,
    pub(super) hint: &'a str,
}
