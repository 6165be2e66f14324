//! Source of everything that is known about the calls: a running program, or a Prometheus.

mod catalog;
mod error;
mod event;
mod link;
mod objective;
mod side;

pub use self::{
    catalog::{Catalog, Match, Place},
    error::Error,
    event::{Event, EventFilter, OUTCOMES},
    link::SourceLink,
    objective::{BurnRate, Objective},
    side::{Side, duration},
};
use crate::calls::{Calls, Name};

/// Knowledge about the calls of a program, or of a fleet, at one moment.
///
/// All answers of one value are about the same moment, so that their numbers fit together.
pub trait Source {
    /// Returns where the numbers come from, and the moment.
    ///
    /// # Errors
    ///
    /// Returns an error if the source does not answer.
    fn origin(&self) -> Result<Origin, Error>;

    /// Returns the known functions.
    ///
    /// # Errors
    ///
    /// Returns an error if the source does not answer.
    fn catalog(&self) -> Result<Catalog, Error>;

    /// Returns the calls of one side of a comparison. Latencies of edges are present if the source
    /// has them.
    ///
    /// # Errors
    ///
    /// Returns an error if the source does not answer, does not reach back as far, or has no calls
    /// of the version.
    fn calls(&self, side: &Side) -> Result<Calls, Error>;

    /// Returns the calls of a side in slices of time of equal length, oldest first.
    ///
    /// # Errors
    ///
    /// Returns an error in the same cases as [`calls`](Self::calls).
    fn slices(&self, side: &Side, count: u32) -> Result<Vec<Calls>, Error> {
        side.slices(count).iter().map(|it| self.calls(it)).collect()
    }

    /// Returns the objectives, a value per promise.
    ///
    /// # Errors
    ///
    /// Returns an error if the source does not answer.
    fn objectives(&self) -> Result<Vec<Objective>, Error>;

    /// Returns the kept events, newest first.
    ///
    /// # Errors
    ///
    /// Returns an error if the source keeps no events.
    fn events(&self) -> Result<Vec<Event>, Error>;

    /// Returns recent calls of a function in sampled traces.
    ///
    /// # Errors
    ///
    /// Returns an error if the source does not answer.
    fn exemplars(&self, function: &Name) -> Result<Vec<Exemplar>, Error>;

    /// Returns the places that changed between two commits, for a source that has a repository.
    ///
    /// # Errors
    ///
    /// Returns an error if the source has no repository, or the range is invalid.
    fn changed_places(&self, range: &str) -> Result<Vec<String>, Error>;

    /// Evaluates a query in PromQL; `None` if the source is not a Prometheus.
    ///
    /// # Errors
    ///
    /// Returns an error if the Prometheus does not answer.
    fn evaluate(&self, query: &str) -> Result<Option<Vec<Sample>>, Error>;
}

/// Origin of the numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// `program`, `prometheus`, or `code` if only the compiled program is known.
    pub kind: &'static str,
    /// Value of `service_name`; empty if unknown.
    pub service: String,
    /// Versions of the program that are running.
    pub versions: Vec<String>,
    /// Number of scraped programs; 1 for a program itself.
    pub replicas: usize,
    /// The moment of all numbers, in Unix seconds.
    pub at: f64,
    /// Beginning of the observations, in Unix seconds, if it is known.
    pub since: Option<f64>,
    /// `true` if the time of an edge was measured; otherwise it is estimated as its number of calls,
    /// times the mean latency of the callee.
    pub time_by_caller: bool,
}

/// Call in a sampled trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar {
    /// Id of the trace, 32 hexadecimal digits.
    pub trace_id: String,
    /// Id of the span, 16 hexadecimal digits; empty if unknown.
    pub span_id: String,
    /// Latency of the call, in seconds.
    pub seconds: f64,
    /// End of the call, in Unix seconds.
    pub at: f64,
}

/// Value of a query, with its labels in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Labels and their values.
    pub labels: Vec<(String, String)>,
    /// Value at the moment of the source.
    pub value: f64,
}
