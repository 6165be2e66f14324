//! Answers over all programs that a Prometheus scrapes, by the model of `autometrics-context`.
//!
//! # Numbers
//!
//! A count is `increase` over the window, which estimates what happened between the samples. It
//! misses the first value of a series that appears in the window, such as the first error of a
//! function. So the whole value counts for a series that did not exist at the beginning of the
//! window, if its program was already scraped then. The first value of a *program* that appears
//! does not count: it may have run for days before Prometheus knew it.
//!
//! Rates divide a count by the observed time: the part of the window in which `build_info` of a
//! program has a value.
//!
//! The labels `job`, `instance` and `service_name` together identify a program. The version of a
//! program is in its series `build_info`. Programs that changed their version within a slice of time
//! under the same `instance` are left out of comparisons of versions.
//!
//! The latency of an edge comes from `function_calls_duration_by_caller_seconds`, if the program
//! exports it. Otherwise the time of an edge is its number of calls, times the mean latency of the
//! called function.

mod answers;
mod catalog;
mod changes;
mod counts;
mod exemplars;
mod growth;
mod moment;
mod objectives;
mod observed;
mod options;
mod series;
mod services;
mod source;
mod steps;
mod tally;
mod targets;

pub use self::options::{FleetOptions, Given};
pub(crate) use self::{changes::places as changed_places, moment::now, source::Fleet};

/// Returns the functions of a program that nobody observes.
pub(crate) fn catalog(program: &crate::program::Program) -> autometrics_context::source::Catalog {
    catalog::new(Some(program), Vec::new(), None)
}
