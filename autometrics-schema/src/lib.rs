//! Formats that instrumented programs and their tools share: the names of metrics and labels, the
//! format of numbers in labels, and the records of functions in a compiled program.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod calls;
pub mod code;
pub mod label;
pub mod metric;
mod number;
pub mod place;
pub mod record;

pub use number::Canonical;

/// The version of the Autometrics specification that metrics and labels follow, a label of `build_info`.
pub const AUTOMETRICS_VERSION: &str = "1.0.0";

/// The default upper bounds of the latency buckets, in seconds.
pub const DEFAULT_BUCKETS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// The `caller_function` that stands for callers beyond the limit of edges, and the `error`
/// that stands for error kinds beyond theirs.
pub const OVERFLOW: &str = "__overflow__";
