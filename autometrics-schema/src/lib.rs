//! What two programs must agree on: the names of metrics and labels, how numbers
//! are spelled in them, and what a compiled program says of its functions.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod calls;
pub mod label;
pub mod metric;
mod number;
pub mod place;
pub mod record;

pub use number::Canonical;

/// The specification that metrics and labels follow, as `build_info` states it.
pub const AUTOMETRICS_VERSION: &str = "1.0.0";

/// The upper bounds of the latency buckets unless the program sets its own, in seconds.
pub const DEFAULT_BUCKETS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// The `caller_function` into which callers fold once there are too many edges,
/// and the `error` into which kinds of errors do.
pub const OVERFLOW: &str = "__overflow__";
