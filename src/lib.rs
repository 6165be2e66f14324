//! One attribute on a function, and you know how often it is called, by whom,
//! how often it fails and how long it takes.
#![forbid(unsafe_code)]

pub use autometrics_core::{
    BuildInfo, Caller, DEFAULT_BUCKETS, Edge, Function, Histogram, Outcome, Settings,
    SettingsError, Snapshot, Text, build_info, snapshot,
};
pub use autometrics_macros::instrument_fn;
#[cfg(feature = "prometheus")]
pub use autometrics_prometheus as prometheus;
pub use slo_spec::{Latency, Objective, Percent};

#[doc(hidden)]
pub mod __private {
    pub use autometrics_core::__private::*;
}
