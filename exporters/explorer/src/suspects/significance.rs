//! Whether something rose, or just goes up and down.

use super::{Change, Measure};

/// Fewer errors than these in a window are chance.
const FEWEST_ERRORS: f64 = 3.0;
/// So many standard deviations are not.
const DEVIATIONS: f64 = 4.0;
/// Fewer calls than these in a window have no time per call to speak of.
const FEWEST_CALLS: f64 = 20.0;
/// Time per call that is so many times what it was has risen.
const SLOWER: f64 = 1.5;

/// Whether a function's errors or time per call rose from one window to the next,
/// which are so many seconds long.
///
/// Errors are counted as a Poisson process: they rose when there are at least
/// three, and more than four standard deviations beyond what there was before at
/// today's traffic. The variance is that of both counts, *expected · (1 +
/// traffic) + 1*; the 1 is for what was never seen to fail. Time rose when a call
/// takes at least one and a half times as long, of at least twenty in both
/// windows.
pub(crate) fn rose(change: Change, measure: Measure, before: f64, now: f64) -> bool {
    match measure {
        Measure::Errors => {
            let traffic = change.traffic();
            let expected = change.expected(measure, traffic) * now;
            let errors = change.now.errors * now;
            let deviation = (expected * (1.0 + traffic) + 1.0).sqrt();
            before > 0.0 && errors >= FEWEST_ERRORS && errors - expected > DEVIATIONS * deviation
        }
        Measure::Time => {
            let enough = change.before.calls * before >= FEWEST_CALLS
                && change.now.calls * now >= FEWEST_CALLS;
            let per_call = change.before.per_call(measure);
            let per_call = per_call.zip(change.now.per_call(measure));
            enough && per_call.is_some_and(|(before, now)| now >= SLOWER * before && now > 0.0)
        }
    }
}
