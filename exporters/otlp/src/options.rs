//! Parts of a request that do not come from its snapshot.

use std::time::SystemTime;

use crate::choices::{Dialect, HistogramAggregation};

/// Parts of a request that do not come from its snapshot: resource attributes, times, the kind of
/// histogram and the names.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// Resource attributes. `service.name` always comes from the snapshot, and so does
    /// `service.version` if the snapshot has a version; a `service.version` given here takes
    /// precedence.
    pub resource: Vec<(String, String)>,
    /// Start time of cumulative points, the same in every request of a program. A counter or
    /// histogram with a time of its own ([`Sample::created`](autometrics_core::Sample::created))
    /// uses that instead.
    pub start: SystemTime,
    /// Time at which the snapshot was taken, the end of every point.
    pub time: SystemTime,
    /// Start of the delta, if the snapshot is the difference from an earlier one
    /// ([`Snapshot::since`](autometrics_core::Snapshot::since)). Counters and histograms then have delta temporality. With `None` they
    /// are cumulative.
    ///
    /// If it equals `start`, the request also has the series whose value is zero, so that the
    /// collector knows every series from the first request on. Later deltas leave out series
    /// without calls.
    pub since: Option<SystemTime>,
    /// Kind of histogram for latencies.
    pub histograms: HistogramAggregation,
    /// Names of metrics and attributes.
    pub dialect: Dialect,
    /// `true` if functions have the attribute `code.file.path`, in [`Dialect::Code`] only.
    pub code_file_paths: bool,
}

impl Options {
    /// Returns options for a snapshot that is taken now and whose counts began at `start`:
    /// cumulative, with explicit bounds and without further resource attributes.
    pub fn new(start: SystemTime) -> Self {
        Self {
            resource: Vec::new(),
            start,
            time: SystemTime::now(),
            since: None,
            histograms: HistogramAggregation::default(),
            dialect: Dialect::default(),
            code_file_paths: false,
        }
    }
}
