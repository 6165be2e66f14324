//! Whether something rose, or just goes up and down.

use super::{Change, Load, Measure};

/// Fewer errors than these in a window are chance.
const FEWEST_ERRORS: f64 = 3.0;
/// So many standard deviations are not.
const DEVIATIONS: f64 = 4.0;
/// Fewer calls than these in a window have no time per call to speak of.
const FEWEST_CALLS: f64 = 20.0;
/// Time per call that is so many times what it was has risen.
const SLOWER: f64 = 1.5;
/// Nobody feels less than these seconds, in a call or in a second's calls together.
const FELT: f64 = 0.01;
/// Of an objective that burns, so much more is enough to be asked about.
pub(super) const UP: f64 = 1.1;

/// Whether a function's errors or time per call rose from one window to the next,
/// which are so many seconds long.
///
/// Errors are counted as a Poisson process: they rose when there are at least
/// three, and more than four standard deviations beyond what there was before at
/// today's traffic. The variance is that of both counts, *expected · (1 +
/// traffic) + 1*; the 1 is for what was never seen to fail. Time rose when a call
/// takes at least one and a half times as long, of at least twenty in both
/// windows, and if that is [felt](is_felt).
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
            enough
                && per_call.is_some_and(|(before, now)| now >= SLOWER * before)
                && is_felt(change)
        }
    }
}

/// Whether something of an objective that burns is up enough to ask why, at any
/// traffic, in a window of so many seconds: by a tenth per call, with three errors
/// at least, and time by what is [felt](is_felt).
pub(crate) fn is_up(change: Change, measure: Measure, seconds: f64) -> bool {
    let now = change.now.per_call(measure).unwrap_or(0.0);
    let before = change.before.per_call(measure).unwrap_or(0.0);
    let matters = match measure {
        Measure::Errors => change.now.errors * seconds >= FEWEST_ERRORS,
        Measure::Time => is_felt(change),
    };
    now > before * UP && matters
}

/// Whether it matters that calls take longer.
///
/// A function that takes 2 µs instead of 1 µs is twice as slow, and still not what
/// anybody waits for. It matters where a caller may notice, from 10 ms per call on (a
/// tenth of the 100 ms within which an answer seems immediate: Miller, 1968),
/// and below that where the calls of a second take 10 ms longer together: by
/// Little's law a hundredth of a call more is then under way at any time.
fn is_felt(change: Change) -> bool {
    let per_call = |load: Load| load.per_call(Measure::Time).unwrap_or(0.0);
    let longer = per_call(change.now) - per_call(change.before);
    longer >= FELT || longer * change.now.calls >= FELT
}
