//! The buckets of latencies: the fine ones, which are the same in every program, and the
//! bounds that a program sets.
//!
//! ```text
//! reading of a clock ─▶ seconds ─▶ Layout ─▶ Place: group and bucket ─▶ Window: its ticks
//! ```
//!
//! A fine bucket ends 2^(1/8) times as high as it begins, eight to an octave: schema 3 of
//! Prometheus' native histograms, scale 3 of OpenTelemetry's exponential ones. The bounds that
//! a program sets, objectives' thresholds among them, split the fine buckets that they fall
//! into, so that counts below a bound are exact.

pub(crate) mod fine;
mod layout;
mod windows;

#[cfg(not(loom))]
pub(crate) use self::{layout::Layout, windows::Windows};
pub(crate) use self::{layout::Place, windows::Window};
