//! The run time of autometrics: what a decorated function does when it is called.

mod snapshot;

pub use snapshot::{BuildInfo, Caller, Edge, Function, Histogram, Outcome, Snapshot, Text};
