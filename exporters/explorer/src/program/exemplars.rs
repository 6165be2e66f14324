//! Exemplars of a function.

use std::time::UNIX_EPOCH;

use autometrics_context::source::Exemplar;

use crate::history::History;

/// Returns the exemplars of the function with this index, newest first.
pub(super) fn newest_first(history: &History, place: usize) -> Vec<Exemplar> {
    let exemplars = history.exemplars(place).map(|exemplar| {
        let at = exemplar.time.duration_since(UNIX_EPOCH);
        Exemplar {
            trace_id: format!("{:032x}", exemplar.trace.trace_id),
            span_id: format!("{:016x}", exemplar.trace.span_id),
            seconds: exemplar.latency.as_secs_f64(),
            at: at.map_or(0.0, |at| at.as_secs_f64()),
        }
    });
    let mut exemplars: Vec<_> = exemplars.collect();
    exemplars.sort_by(|one, other| other.at.total_cmp(&one.at));
    exemplars
}
