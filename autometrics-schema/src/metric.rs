//! Metric names, units included, and what they are about.

/// A metric as scrapers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// The name of its series, without the suffixes of a histogram.
    pub name: &'static str,
    /// One line for people, without a final dot.
    pub help: &'static str,
    /// What its values mean.
    pub kind: Kind,
}

/// How a metric's values behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only ever grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts per bucket, and a sum.
    Histogram,
}

/// Finished calls by function, caller and result.
pub const CALLS: Metric = Metric {
    name: "function_calls_total",
    help: "Finished calls of each function, by caller and result",
    kind: Kind::Counter,
};

/// Calls of functions with an objective, judged by the program itself.
///
/// One series per function, objective, promise and outcome. Both outcomes exist with
/// value 0 before the first call. There is no caller and no bucket among the labels.
pub const OBJECTIVE_CALLS: Metric = Metric {
    name: "function_objective_calls_total",
    help: "Calls of each function with an objective, judged good or bad by its promises",
    kind: Kind::Counter,
};

/// Latency of finished calls by function, in seconds.
pub const DURATION: Metric = Metric {
    name: "function_calls_duration_seconds",
    help: "Latency of finished calls of each function",
    kind: Kind::Histogram,
};

/// Calls in flight of the functions that track them.
pub const CONCURRENT: Metric = Metric {
    name: "function_calls_concurrent",
    help: "Calls of each function that are in flight",
    kind: Kind::Gauge,
};

/// Futures that were dropped after they began and before they finished.
pub const CANCELLED: Metric = Metric {
    name: "function_calls_cancelled_total",
    help: "Async calls of each function that were dropped before they finished",
    kind: Kind::Counter,
};

/// Events that the rate limit kept back, of functions that have events.
pub const SUPPRESSED_EVENTS: Metric = Metric {
    name: "autometrics_suppressed_events_total",
    help: "Events of each function that were not written because there were too many",
    kind: Kind::Counter,
};

/// Always 1: which build is running.
pub const BUILD_INFO: Metric = Metric {
    name: "build_info",
    help: "Which build of the program is running; always 1",
    kind: Kind::Gauge,
};

/// Edges whose caller was folded into `__overflow__`.
pub const FOLDED_EDGES: Metric = Metric {
    name: "autometrics_folded_edges",
    help: "Caller edges beyond the cardinality limit, counted under caller_function=\"__overflow__\"",
    kind: Kind::Gauge,
};

/// Calls whose caller in another program was not to be believed.
pub const REFUSED_CALLERS: Metric = Metric {
    name: "autometrics_refused_callers_total",
    help: "Calls that said of their caller in another program what was not to be believed",
    kind: Kind::Counter,
};

/// Functions that share a name and a module with another one.
pub const NAME_COLLISIONS: Metric = Metric {
    name: "autometrics_name_collisions",
    help: "Functions that share name and module with another and are told apart by file and line",
    kind: Kind::Gauge,
};
