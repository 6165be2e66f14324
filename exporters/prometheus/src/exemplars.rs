//! Exemplars of buckets, in formats that have them.

use std::{fmt::Write as _, time::UNIX_EPOCH};

use autometrics_core::Exemplar;
use autometrics_schema::Canonical;

/// The label with the trace, in 32 hexadecimal digits.
pub(crate) const TRACE: &str = "trace_id";
/// The label with the span, in 16 hexadecimal digits.
pub(crate) const SPAN: &str = "span_id";

/// The exemplars of a histogram that are still to be written.
pub(crate) struct Exemplars<'a>(&'a [Exemplar]);

impl<'a> Exemplars<'a> {
    /// Takes the exemplars of one histogram, sorted by bucket.
    pub(crate) fn new(all: &'a [Exemplar]) -> Self {
        Self(all)
    }

    /// Writes the exemplar of `bucket` behind its value, as [`next_of`](Self::next_of) returns it.
    pub(crate) fn push(&mut self, out: &mut String, bucket: usize) {
        if let Some(exemplar) = self.next_of(bucket) {
            write(out, exemplar);
        }
    }

    /// Returns the exemplar of `bucket`. Must be called in the order of the buckets.
    pub(crate) fn next_of(&mut self, bucket: usize) -> Option<&'a Exemplar> {
        while let [next, rest @ ..] = self.0 {
            if next.bucket > bucket {
                return None;
            }
            self.0 = rest;
            if next.bucket == bucket && next.trace.leads_somewhere() {
                return Some(next);
            }
        }
        None
    }
}

/// Writes `exemplar` behind the value of its bucket.
///
/// With both names the labels have 63 of the 128 characters that [OpenMetrics] allows.
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
        Canonical(exemplar.seconds),
        since.as_secs(),
        since.subsec_millis()
    );
}
