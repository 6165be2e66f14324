//! Distinguishes a rise from random variation.

use super::graph::{Change, Load, Measure};

/// Minimum number of errors in a window. Fewer may be chance.
const FEWEST_ERRORS: f64 = 3.0;
/// Minimum rise of errors, in standard deviations.
const DEVIATIONS: f64 = 4.0;
/// Minimum number of calls in a window for a meaningful time per call.
const FEWEST_CALLS: f64 = 20.0;
/// Minimum factor by which the time per call grew.
const SLOWER: f64 = 1.5;
/// Minimum increase in seconds, per call or for all calls of a second together. Nobody notices
/// less.
const FELT: f64 = 0.01;
/// Minimum factor of an increase for an objective that burns.
pub(super) const UP: f64 = 1.1;

/// Returns `true` if a function's errors or time per call rose from one window to the next.
/// `before` and `now` are the lengths of the windows in seconds.
///
/// Errors are treated as a Poisson process. They rose if there are at least three, and more than
/// four standard deviations above the number before, scaled to today's traffic. The variance is
/// that of both counts, *expected · (1 + traffic) + 1*; the 1 is for functions that never failed.
/// Time rose if a call takes at least 1.5 times as long, with at least twenty calls in both
/// windows, and if the increase is [felt](is_felt).
pub(super) fn rose(change: Change, measure: Measure, before: f64, now: f64) -> bool {
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

/// Returns `true` if the errors or time of an objective that burns are up, at any traffic: by more
/// than a tenth per call, with at least three errors in the window, or with an increase of time
/// that is [felt](is_felt). `seconds` is the length of the window.
pub(super) fn is_up(change: Change, measure: Measure, seconds: f64) -> bool {
    let now = change.now.per_call(measure).unwrap_or(0.0);
    let before = change.before.per_call(measure).unwrap_or(0.0);
    let matters = match measure {
        Measure::Errors => change.now.errors * seconds >= FEWEST_ERRORS,
        Measure::Time => is_felt(change),
    };
    now > before * UP && matters
}

/// Returns `true` if an increase of time per call matters.
///
/// A function that takes 2 µs instead of 1 µs is twice as slow, but nobody waits for it. The
/// increase matters if a caller may notice it, from 10 ms per call on: a tenth of the 100 ms within
/// which a response seems immediate (Miller, 1968). Below that, it matters if the calls of a second
/// take 10 ms longer together: by Little's law, 0.01 more calls are in flight on average then.
fn is_felt(change: Change) -> bool {
    let per_call = |load: Load| load.per_call(Measure::Time).unwrap_or(0.0);
    let longer = per_call(change.now) - per_call(change.before);
    longer >= FELT || longer * change.now.calls >= FELT
}
