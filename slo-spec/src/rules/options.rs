//! Options of rule generation, which differ between installations.

use super::{Policies, Window};

/// Options of generated rules. The defaults suit most installations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Labels of the counters that tell services apart, kept in all rules. Default: `service_name`.
    pub grouping: Vec<String>,
    /// Labels that the counters must have, and that all rules get, such as `env="prod"`. Default:
    /// none.
    pub scope: Vec<(String, String)>,
    /// Tiers of alerts. Default: the [standard policy](super::Policy::for_period) for each
    /// objective's period.
    pub policies: Policies,
    /// Leaves out all alerts. Default: `false`.
    pub record_only: bool,
    /// Minimum number of bad events in the long window of an alert, as a single one is a high share
    /// of little traffic. It is never part of an error ratio. Default: 5; 0 turns it off.
    pub min_bad_events: u32,
    /// Adds a ticket for missing counters of an objective, which nothing watches then. Default:
    /// `true`.
    pub absent: bool,
    /// Adds a ticket for a budget that is used up. Default: `false`, as it stays used up until the
    /// period has moved on.
    pub exhausted: bool,
    /// Adds a ticket if the budget will be used up within this time at the burn rate of the longest
    /// window, and the short window of the same tier confirms that it burns. Default: none.
    pub exhaustion_within: Option<Window>,
    /// Interval of scrapes and of evaluations, for warnings, and for the time that a tier outlives
    /// later ones. Default: 1 m, as in Prometheus.
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
