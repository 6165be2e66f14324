//! Differences between installations.

use super::{Policies, Window};

/// Options of generated rules. The default suits most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Labels of the counters that tell services apart, kept in all rules.
    /// Default: `service_name`.
    pub grouping: Vec<String>,
    /// Labels that the counters must have, and that all rules get, such as
    /// `env="prod"`. Default: none.
    pub scope: Vec<(String, String)>,
    /// Tiers of alerts. Default: the [standard policy](super::Policy::for_period) of each
    /// objective's period.
    pub policies: Policies,
    /// Leaves out all alerts. Default: no.
    pub record_only: bool,
    /// Alerts say nothing before so many bad events in their long window, as a
    /// single one is a high share of little traffic. Never part of an error
    /// ratio. Default: 5; 0 is off.
    pub min_bad_events: u32,
    /// Adds a ticket for missing counters of an objective,
    /// for then nothing watches it. Default: yes.
    pub absent: bool,
    /// Adds a ticket for a budget that is used up. Default: no, as it
    /// stays so until the period has moved on.
    pub exhausted: bool,
    /// A ticket tells when the budget will be used up within this time, if it
    /// goes on as over the longest window, and the short one beside it confirms
    /// that. Default: none.
    pub exhaustion_within: Option<Window>,
    /// Interval of scrapes, and of evaluations: for warnings, and for the time that a
    /// tier outlives later ones. Default: 1 m, as Prometheus'.
    pub scrape_interval: Window,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            grouping: vec!["service_name".to_owned()],
            scope: Vec::new(),
            policies: Policies::default(),
            record_only: false,
            min_bad_events: 5,
            absent: true,
            exhausted: false,
            exhaustion_within: None,
            scrape_interval: Window::minutes(1),
        }
    }
}
