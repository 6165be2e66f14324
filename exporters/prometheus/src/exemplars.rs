//! Exemplars behind the samples of buckets, where the format has them.

use std::{fmt::Write as _, time::UNIX_EPOCH};

use autometrics_core::Exemplar;
use autometrics_schema::Canonical;

use crate::Format;

/// The exemplars of a histogram that are still to be written.
pub(crate) struct Exemplars<'a>(&'a [Exemplar]);

impl<'a> Exemplars<'a> {
    /// Takes the exemplars of one histogram, sorted by bucket. Text 0.0.4 has none.
    pub(crate) fn new(format: Format, all: &'a [Exemplar]) -> Self {
        Self(match format {
            Format::Text => &[],
            Format::OpenMetrics => all,
        })
    }

    /// Writes the exemplar of `bucket` behind its value. Must be called in the order of
    /// the buckets.
    pub(crate) fn push(&mut self, out: &mut String, bucket: usize) {
        while let [next, rest @ ..] = self.0 {
            if next.bucket > bucket {
                return;
            }
            self.0 = rest;
            if next.bucket == bucket && next.trace.leads_somewhere() {
                write(out, next);
                return;
            }
        }
    }
}

/// With both names the labels have 63 of the 128 characters that [OpenMetrics] allows.
///
/// [OpenMetrics]: https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md#exemplars
fn write(out: &mut String, exemplar: &Exemplar) {
    let since = exemplar.time.duration_since(UNIX_EPOCH).unwrap_or_default();
    // Writing to a string does not fail.
    let _ = write!(
        out,
        " # {{trace_id=\"{:032x}\",span_id=\"{:016x}\"}} {} {}.{:03}",
        exemplar.trace.trace_id,
        exemplar.trace.span_id,
        Canonical(exemplar.seconds),
        since.as_secs(),
        since.subsec_millis()
    );
}
