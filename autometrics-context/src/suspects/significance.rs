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

#[cfg(test)]
mod tests {
    use super::{Change, Load, Measure, is_up, rose};

    /// Creates a load from calls per second, errors per second, and milliseconds per call.
    fn load((calls, errors, millis): (f64, f64, f64)) -> Load {
        Load {
            calls,
            errors,
            time: calls * millis / 1e3,
        }
    }

    #[test]
    fn random_variation_is_no_rise() {
        let rises = |measure, before, now| {
            let change = Change {
                before: load(before),
                now: load(now),
            };
            rose(change, measure, 60.0, 60.0)
        };
        let errors = |before, now| rises(Measure::Errors, (10.0, before, 1.0), (10.0, now, 1.0));
        assert!(!errors(1.0, 1.5), "60 and 90 errors, 11 are one deviation");
        assert!(errors(1.0, 2.0));
        assert!(!errors(0.0, 0.05), "three errors");
        assert!(errors(0.0, 0.1));
        let double_traffic = rises(Measure::Errors, (10.0, 1.0, 1.0), (20.0, 2.0, 1.0));
        assert!(!double_traffic);
        let time = |before, now| rises(Measure::Time, (10.0, 0.0, before), (30.0, 0.0, now));
        assert!(time(10.0, 15.0) && !time(10.0, 14.0));
        assert!(!time(0.001, 0.1), "of 30 calls per second, 3 ms");
        assert!(time(0.1, 0.5), "12 ms");
        let rare = |now| rises(Measure::Time, (0.4, 0.0, 1.0), (0.4, 0.0, now));
        assert!(rare(11.1) && !rare(10.9), "4 ms per second, of 24 calls");
        let up = |measure, before, now| {
            let (before, now) = (load((20.0, 1.0, before)), load((20.0, 1.2, now)));
            is_up(Change { before, now }, measure, 10.0)
        };
        assert!(up(Measure::Errors, 1.0, 1.0), "by a fifth");
        assert!(up(Measure::Time, 5.0, 5.6) && !up(Measure::Time, 5.0, 5.4));
        assert!(!up(Measure::Time, 0.001, 0.002), "20 µs per second");
        let two = Change {
            before: load((20.0, 0.0, 1.0)),
            now: load((20.0, 0.2, 1.0)),
        };
        assert!(!is_up(two, Measure::Errors, 10.0), "errors");
        let few = rises(Measure::Time, (0.1, 0.0, 1.0), (0.1, 0.0, 9.0));
        assert!(!few, "six calls");
    }
}
