//! The metrics: their names, units, descriptions and kinds.

/// A metric, with its names for scrapers and for OpenTelemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// The name of its series, without the suffixes of a histogram.
    pub name: &'static str,
    /// The name in OpenTelemetry. Prometheus' OTLP endpoint turns its dots into
    /// underscores, appends unit and `_total`, and so arrives at [`name`](Self::name).
    pub otel_name: &'static str,
    /// The unit, spelled out as in [`name`](Self::name), or `None`.
    pub unit: Option<Unit>,
    /// A description of one line, without a final dot.
    pub help: &'static str,
    /// The meaning of its values.
    pub kind: Kind,
}

/// The behaviour of a metric's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A count that never decreases.
    Counter,
    /// A count that goes up and down: a gauge to Prometheus, a sum to OpenTelemetry.
    UpDown,
    /// A value that must not be summed.
    Gauge,
    /// Counts per bucket, and a sum.
    Histogram,
}

/// A unit of measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds, with fractions.
    Seconds,
}

impl Unit {
    /// Returns the word at the end of a metric's name in Prometheus.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
        }
    }

    /// Returns the code that OpenTelemetry takes from UCUM.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Seconds => "s",
        }
    }
}

/// Finished calls by function, caller and result.
pub const CALLS: Metric = Metric {
    name: "function_calls_total",
    otel_name: "function.calls",
    unit: None,
    help: "Finished calls of each function, by caller and result",
    kind: Kind::Counter,
};

/// Good and bad calls of functions with an objective, as classified by the program itself.
///
/// One series per function, objective, promise and outcome. Both outcomes exist with
/// value 0 before the first call. There is no caller and no bucket among the labels.
pub const OBJECTIVE_CALLS: Metric = Metric {
    name: "function_objective_calls_total",
    otel_name: "function.objective.calls",
    unit: None,
    help: "Good and bad calls of each function with an objective, by objective and SLI",
    kind: Kind::Counter,
};

/// Latency of finished calls by function, in seconds.
pub const DURATION: Metric = Metric {
    name: "function_calls_duration_seconds",
    otel_name: "function.calls.duration",
    unit: Some(Unit::Seconds),
    help: "Latency of finished calls of each function",
    kind: Kind::Histogram,
};

/// Latency of finished calls by function and caller, in seconds, for programs that ask for it.
///
/// It has no buckets below `+Inf`, so quantiles need native or exponential histograms.
pub const DURATION_BY_CALLER: Metric = Metric {
    name: "function_calls_duration_by_caller_seconds",
    otel_name: "function.calls.duration_by_caller",
    unit: Some(Unit::Seconds),
    help: "Latency of finished calls of each function, by caller",
    kind: Kind::Histogram,
};

/// Finished calls by function, flow and result, for programs that count flows.
pub const FLOW_CALLS: Metric = Metric {
    name: "function_flow_calls_total",
    otel_name: "function.flow.calls",
    unit: None,
    help: "Finished calls of each function, by flow and result",
    kind: Kind::Counter,
};

/// Calls in flight of functions with `track_concurrency`.
pub const CONCURRENT: Metric = Metric {
    name: "function_calls_concurrent",
    otel_name: "function.calls.concurrent",
    unit: None,
    help: "Calls in flight of each function",
    kind: Kind::UpDown,
};

/// Futures that were dropped after they began and before they finished.
pub const CANCELLED: Metric = Metric {
    name: "function_calls_cancelled_total",
    otel_name: "function.calls.cancelled",
    unit: None,
    help: "Cancelled calls of each async function: dropped before they finished",
    kind: Kind::Counter,
};

/// Events that the rate limit suppressed, of functions with events.
pub const SUPPRESSED_EVENTS: Metric = Metric {
    name: "autometrics_suppressed_events_total",
    otel_name: "autometrics.suppressed_events",
    unit: None,
    help: "Events of each function suppressed by the rate limit",
    kind: Kind::Counter,
};

/// Always 1; its labels describe the running build.
pub const BUILD_INFO: Metric = Metric {
    name: "build_info",
    otel_name: "build_info",
    unit: None,
    help: "Build of the running program, as labels; always 1",
    kind: Kind::Gauge,
};

/// Edges whose caller is beyond the limit, and therefore `__overflow__`.
pub const OVERFLOWED_PAIRS: Metric = Metric {
    name: "autometrics_overflowed_pairs",
    otel_name: "autometrics.overflowed_pairs",
    unit: None,
    help: "Pairs of caller and callee beyond the cardinality limit, counted under caller_function=\"__overflow__\"",
    kind: Kind::Gauge,
};

/// Calls whose remote caller was refused.
pub const REFUSED_CALLERS: Metric = Metric {
    name: "autometrics_refused_callers_total",
    otel_name: "autometrics.refused_callers",
    unit: None,
    help: "Remote callers refused: invalid, not accepted, or beyond the limit of 1,000",
    kind: Kind::Counter,
};

/// Functions that share a name and a module with another one.
pub const NAME_COLLISIONS: Metric = Metric {
    name: "autometrics_name_collisions",
    otel_name: "autometrics.name_collisions",
    unit: None,
    help: "Functions with the same name and module as another, distinguished by file and line",
    kind: Kind::Gauge,
};
