//! Writes the exemplars of buckets, in formats that have exemplars.

use std::{fmt::Write as _, time::UNIX_EPOCH};

use autometrics_core::Exemplar;
use autometrics_schema::Canonical;

/// Label for the trace id, 32 hexadecimal digits.
pub(crate) const TRACE: &str = "trace_id";
/// Label for the span id, 16 hexadecimal digits.
pub(crate) const SPAN: &str = "span_id";

/// Exemplars of one histogram that have not been written yet.
pub(crate) struct Exemplars<'a>(&'a [Exemplar]);

impl<'a> Exemplars<'a> {
    /// Creates an iterator over the exemplars of one histogram. They must be sorted by bucket.
    pub(crate) fn new(all: &'a [Exemplar]) -> Self {
        Self(all)
    }

    /// Appends the exemplar of `bucket` to its line, if [`next_of`](Self::next_of) returns one.
    pub(crate) fn push(&mut self, out: &mut String, bucket: usize) {
        if let Some(exemplar) = self.next_of(bucket) {
            write(out, exemplar);
        }
    }

    /// Returns the exemplar of `bucket`, if it has one that leads to a trace. Must be called with
    /// ascending buckets.
    pub(crate) fn next_of(&mut self, bucket: usize) -> Option<&'a Exemplar> {
        while let [next, rest @ ..] = self.0 {
            if next.bucket > bucket {
                return None;
            }
            self.0 = rest;
            if next.bucket == bucket && next.trace.is_linkable() {
                return Some(next);
            }
        }
        None
    }
}

/// Appends `exemplar` to the line of its bucket.
///
/// Names and values of the labels have 63 of the 128 characters that [OpenMetrics] allows.
///
/// [OpenMetrics]: https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md#exemplars
fn write(out: &mut String, exemplar: &Exemplar) {
    let since = exemplar.time.duration_since(UNIX_EPOCH).unwrap_or_default();
    // Writing to a string does not fail.
    let _ = write!(
        out,
        " # {{{TRACE}=\"{:032x}\",{SPAN}=\"{:016x}\"}} {} {}.{:03}",
        exemplar.trace.trace_id,
        exemplar.trace.span_id,
        Canonical(exemplar.latency.as_secs_f64()),
        since.as_secs(),
        since.subsec_millis()
    );
}
