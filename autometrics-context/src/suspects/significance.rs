//! Distinguishes a rise from random variation.

use super::graph::{Change, Load, Measure, Node};

/// Minimum number of errors in a window. Fewer may be chance.
const FEWEST_ERRORS: f64 = 3.0;
/// Minimum rise of errors, or of the time per call, in standard deviations.
const DEVIATIONS: f64 = 4.0;
/// Minimum rise of the time per call for an objective that burns, in standard deviations.
const DEVIATIONS_OF_BURNING: f64 = 2.0;
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
/// four standard deviations above the number before, scaled to today's traffic. With *x* errors
/// before, *y* now and *t* times as many calls, the number of deviations is
/// *2 (√(y + ⅜) − √(t (x + ⅜))) / √(1 + t)*, which is close to normal also for few errors (Huffman
/// 1984, after Anscombe 1948).
///
/// Time rose if a call takes at least 1.5 times as long, with at least twenty calls in both
/// windows, if the increase is [felt](is_felt), and if it is four of its standard errors: a few slow
/// calls among many fast ones are no rise.
pub(super) fn rose(node: &Node, measure: Measure, before: f64, now: f64) -> bool {
    let change = node.change;
    match measure {
        Measure::Errors => {
            // The ratio of calls, and not of calls per second.
            let traffic = change.traffic() * now / before;
            let [then, lately] = [change.before.errors * before, change.now.errors * now];
            let difference = (lately + 0.375).sqrt() - (traffic * (then + 0.375)).sqrt();
            let deviations = 2.0 * difference / (1.0 + traffic).sqrt();
            before > 0.0 && lately >= FEWEST_ERRORS && deviations > DEVIATIONS
        }
        Measure::Time => {
            let enough = change.before.calls * before >= FEWEST_CALLS
                && change.now.calls * now >= FEWEST_CALLS;
            let per_call = change.before.per_call(measure);
            let per_call = per_call.zip(change.now.per_call(measure));
            let is_slower = |(before, now): (f64, f64)| {
                now >= SLOWER * before && now - before > DEVIATIONS * node.time_error
            };
            enough && per_call.is_some_and(is_slower) && is_felt(change)
        }
    }
}

/// Returns `true` if the errors or time of an objective that burns are up, at any traffic: by more
/// than a tenth per call, with at least three errors in the window, or with an increase of time
/// that is [felt](is_felt) and two of its standard errors. `seconds` is the length of the window.
pub(super) fn is_up(node: &Node, measure: Measure, seconds: f64) -> bool {
    let change = node.change;
    let now = change.now.per_call(measure).unwrap_or(0.0);
    let before = change.before.per_call(measure).unwrap_or(0.0);
    let matters = match measure {
        Measure::Errors => change.now.errors * seconds >= FEWEST_ERRORS,
        Measure::Time => now - before > DEVIATIONS_OF_BURNING * node.time_error && is_felt(change),
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
    use super::{Change, Load, Measure, Node, is_up, rose};

    /// Creates a load from calls per second, errors per second, and milliseconds per call.
    fn load((calls, errors, millis): (f64, f64, f64)) -> Load {
        Load {
            calls,
            errors,
            time: calls * millis / 1e3,
        }
    }

    fn node(change: Change, time_error: f64) -> Node {
        Node {
            change,
            time_error,
            ..Node::default()
        }
    }

    #[test]
    fn few_slow_calls_among_fast_ones_are_no_rise() {
        let change = Change {
            before: load((10.0, 0.0, 1.0)),
            now: load((10.0, 0.0, 5.0)),
        };
        for (error, rises, is_raised) in [
            (0.000_9, true, true),
            (0.001_1, false, true),
            (0.002_1, false, false),
        ] {
            let node = node(change, error);
            assert_eq!(rose(&node, Measure::Time, 60.0, 60.0), rises, "{error}");
            assert_eq!(is_up(&node, Measure::Time, 60.0), is_raised, "{error}");
        }
    }

    #[test]
    fn random_variation_is_no_rise() {
        let rises = |measure, before, now| {
            let change = Change {
                before: load(before),
                now: load(now),
            };
            rose(&node(change, 0.0), measure, 60.0, 60.0)
        };
        let errors = |before, now| rises(Measure::Errors, (10.0, before, 1.0), (10.0, now, 1.0));
        assert!(!errors(1.0, 1.5), "60 and 90 errors, 11 are one deviation");
        assert!(errors(1.0, 2.0));
        assert!(!errors(0.0, 0.18) && errors(0.0, 0.2), "11 and 12 errors");
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
            is_up(&node(Change { before, now }, 0.0), measure, 10.0)
        };
        assert!(up(Measure::Errors, 1.0, 1.0), "by a fifth");
        assert!(up(Measure::Time, 5.0, 5.6) && !up(Measure::Time, 5.0, 5.4));
        assert!(!up(Measure::Time, 0.001, 0.002), "20 µs per second");
        let two = Change {
            before: load((20.0, 0.0, 1.0)),
            now: load((20.0, 0.2, 1.0)),
        };
        assert!(!is_up(&node(two, 0.0), Measure::Errors, 10.0), "errors");
        let few = rises(Measure::Time, (0.1, 0.0, 1.0), (0.1, 0.0, 9.0));
        assert!(!few, "six calls");
    }
}
