//! The rate of the counter, measured with or checked against the monotonic clock.
//!
//! A rate that the processor declares is used at once. A measured rate is used when two consecutive
//! intervals agree on it: if a machine sleeps, or a virtual one is paused, between two readings,
//! only one interval is wrong. Later, the counter is checked against the monotonic clock at
//! intervals. It is given up for good when two consecutive intervals disagree, as the kernel does
//! with an unstable counter. The first check of a declared rate comes early, because firmware may
//! declare a wrong one.

/// Minimum length of an interval, in nanoseconds. Reading both clocks takes some 100 ns, so the
/// rate is accurate to 20 parts per million.
const SHORTEST: u64 = 5_000_000;
/// Minimum interval between two checks, in nanoseconds.
const BETWEEN_CHECKS: u64 = 1_000_000_000;
/// Maximum relative difference between two intervals. A clock that is being adjusted runs up to
/// 0.05 % faster or slower.
const TOLERANCE: f64 = 0.005;

/// Readings of both clocks at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// Nanoseconds of the monotonic clock.
    pub(super) nanos: u64,
    /// Ticks of the counter.
    pub(super) ticks: u64,
}

/// Progress of measuring and checking the rate.
#[derive(Clone, Copy, Debug)]
pub(super) enum Calibration {
    /// The first interval has begun.
    First { start: Reading },
    /// The first interval yielded a rate, the second has begun.
    Second {
        start: Reading,
        middle: Reading,
        ticks_per_nano: f64,
    },
    /// The counter has a declared rate and is not in use yet.
    Declared { start: Reading, ticks_per_nano: f64 },
    /// The counter is in use.
    InUse {
        last: Reading,
        /// Minimum interval until the next check, in nanoseconds.
        least: u64,
        ticks_per_nano: f64,
        /// `true` if the last interval disagreed.
        is_suspect: bool,
    },
    /// The counter is no longer used.
    GivenUp,
}

/// The consequence of a reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Decision {
    /// Keeps the clock that is in use, and decides later.
    Wait,
    /// The counter is used from now on, with this rate.
    Use { ticks_per_nano: f64 },
    /// The counter must no longer be used.
    GiveUp,
}

impl Calibration {
    /// Starts to measure the rate.
    pub(super) fn new(start: Reading) -> Self {
        Self::First { start }
    }

    /// Starts with a rate that the processor declares; the next reading takes it into use.
    pub(super) fn declared(start: Reading, ticks_per_nano: f64) -> Self {
        Self::Declared {
            start,
            ticks_per_nano,
        }
    }

    /// Returns the nanoseconds of the reading from which the next interval is measured, and its
    /// minimum length; `None` if the counter was given up.
    pub(super) fn due(&self) -> Option<(u64, u64)> {
        match self {
            Self::First { start } => Some((start.nanos, SHORTEST)),
            Self::Second { middle, .. } => Some((middle.nanos, SHORTEST)),
            Self::Declared { start, .. } => Some((start.nanos, 0)),
            Self::InUse { last, least, .. } => Some((last.nanos, *least)),
            Self::GivenUp => None,
        }
    }

    /// Updates the state with a new reading.
    pub(super) fn read(&mut self, now: Reading) -> Decision {
        let is_due = |(since, least)| now.nanos >= since + least;
        if !self.due().is_some_and(is_due) {
            return Decision::Wait;
        }
        match *self {
            Self::First { start } => {
                if let Some(ticks_per_nano) = rate(start, now) {
                    *self = Self::Second {
                        start,
                        middle: now,
                        ticks_per_nano,
                    };
                } else {
                    *self = Self::First { start: now };
                }
                Decision::Wait
            }
            Self::Second {
                start,
                middle,
                ticks_per_nano,
            } => match rate(middle, now) {
                Some(again) if agree(ticks_per_nano, again) => {
                    // Over both intervals, as the longer one is more exact.
                    let ticks_per_nano = rate(start, now).unwrap_or(again);
                    *self = Self::InUse {
                        last: now,
                        least: BETWEEN_CHECKS,
                        ticks_per_nano,
                        is_suspect: false,
                    };
                    Decision::Use { ticks_per_nano }
                }
                Some(again) => {
                    *self = Self::Second {
                        start: middle,
                        middle: now,
                        ticks_per_nano: again,
                    };
                    Decision::Wait
                }
                None => {
                    *self = Self::First { start: now };
                    Decision::Wait
                }
            },
            Self::Declared {
                start,
                ticks_per_nano,
            } => {
                *self = Self::InUse {
                    last: start,
                    least: SHORTEST,
                    ticks_per_nano,
                    is_suspect: false,
                };
                Decision::Use { ticks_per_nano }
            }
            Self::InUse {
                last,
                ticks_per_nano,
                is_suspect,
                ..
            } => {
                let agrees = rate(last, now).is_some_and(|it| agree(ticks_per_nano, it));
                if is_suspect && !agrees {
                    *self = Self::GivenUp;
                    return Decision::GiveUp;
                }
                *self = Self::InUse {
                    last: now,
                    least: BETWEEN_CHECKS,
                    ticks_per_nano,
                    is_suspect: !agrees,
                };
                Decision::Wait
            }
            Self::GivenUp => Decision::Wait,
        }
    }
}

/// Returns the ticks per nanosecond between two readings; `None` if the counter stood still or went
/// back.
#[expect(clippy::cast_precision_loss, reason = "a share of some millionths")]
fn rate(from: Reading, to: Reading) -> Option<f64> {
    let ticks = to
        .ticks
        .checked_sub(from.ticks)
        .filter(|ticks| *ticks > 0)?;
    let nanos = to
        .nanos
        .checked_sub(from.nanos)
        .filter(|nanos| *nanos > 0)?;
    Some(ticks as f64 / nanos as f64)
}

fn agree(one: f64, other: f64) -> bool {
    (one / other - 1.0).abs() <= TOLERANCE
}

#[cfg(test)]
mod tests {
    use super::{Calibration, Decision, Reading};

    const MS: u64 = 1_000_000;
    const SECOND: u64 = 1_000 * MS;

    const START: Reading = Reading {
        nanos: 7,
        ticks: 1_000,
    };

    /// Returns the decisions on readings of a counter with three ticks per nanosecond. Before each
    /// reading, `awake` nanoseconds pass, and `asleep` nanoseconds in which the counter stands
    /// still.
    fn decisions(steps: &[(u64, u64)]) -> Vec<Decision> {
        decisions_of(Calibration::new(START), steps)
    }

    /// Returns the decisions for a rate that the processor declares.
    fn decisions_when_declared(ticks_per_nano: f64, steps: &[(u64, u64)]) -> Vec<Decision> {
        decisions_of(Calibration::declared(START, ticks_per_nano), steps)
    }

    fn decisions_of(mut calibration: Calibration, steps: &[(u64, u64)]) -> Vec<Decision> {
        let mut now = START;
        let read = |(awake, asleep): &(u64, u64)| {
            now.nanos += awake + asleep;
            now.ticks += 3 * awake;
            calibration.read(now)
        };
        steps.iter().map(read).collect()
    }

    const USE: Decision = Decision::Use {
        ticks_per_nano: 3.0,
    };

    #[test]
    fn uses_the_rate_on_which_two_intervals_agree() {
        assert_eq!(
            decisions(&[(4 * MS, 0), (MS, 0), (5 * MS, 0)]),
            [Decision::Wait, Decision::Wait, USE]
        );
    }

    #[test]
    fn does_not_use_a_rate_measured_across_a_pause() {
        assert_eq!(
            decisions(&[(10 * MS, 2 * SECOND), (10 * MS, 0), (10 * MS, 0)]),
            [Decision::Wait, Decision::Wait, USE]
        );
        assert_eq!(
            decisions(&[
                (10 * MS, 0),
                (10 * MS, 2 * SECOND),
                (10 * MS, 0),
                (10 * MS, 0)
            ]),
            [Decision::Wait, Decision::Wait, Decision::Wait, USE]
        );
    }

    #[test]
    fn one_pause_during_use_changes_nothing() {
        let begun = [(10 * MS, 0), (10 * MS, 0)];
        let later = [(SECOND, SECOND), (SECOND, 0), (SECOND, SECOND), (SECOND, 0)];
        assert_eq!(
            decisions(&[&begun[..], &later].concat())[2..],
            [Decision::Wait; 4]
        );
    }

    #[test]
    fn gives_up_a_drifting_counter_for_good() {
        let slow = (SECOND, SECOND / 50);
        assert_eq!(
            decisions(&[(10 * MS, 0), (10 * MS, 0), slow, slow, (SECOND, 0)])[2..],
            [Decision::Wait, Decision::GiveUp, Decision::Wait]
        );
    }

    #[test]
    fn uses_a_declared_rate_from_the_first_reading_on() {
        let checks = [(0, 0), (5 * MS, 0), (SECOND, SECOND), (SECOND, 0)];
        assert_eq!(
            decisions_when_declared(3.0, &checks),
            [USE, Decision::Wait, Decision::Wait, Decision::Wait]
        );
    }

    #[test]
    fn gives_up_a_wrong_declared_rate_at_the_second_check() {
        for ticks_per_nano in [0.024, 2.98, 3.02, 3_000.0] {
            let checks = [(0, 0), (4 * MS, 0), (MS, 0), (SECOND, 0), (SECOND, 0)];
            assert_eq!(
                decisions_when_declared(ticks_per_nano, &checks),
                [
                    Decision::Use { ticks_per_nano },
                    Decision::Wait,
                    Decision::Wait,
                    Decision::GiveUp,
                    Decision::Wait
                ]
            );
        }
    }

    #[test]
    fn one_pause_before_the_first_check_changes_nothing() {
        let checks = [(0, 0), (10 * MS, SECOND), (SECOND, 0), (SECOND, SECOND)];
        assert_eq!(
            decisions_when_declared(3.0, &checks)[1..],
            [Decision::Wait; 3]
        );
    }

    #[test]
    fn never_uses_a_counter_that_stands_still_or_goes_back() {
        let mut calibration = Calibration::new(Reading {
            nanos: 0,
            ticks: 1_000,
        });
        for (step, ticks) in [1_000, 1_000, 500, 400, 300].into_iter().enumerate() {
            let nanos = (step as u64 + 1) * SECOND;
            assert_eq!(calibration.read(Reading { nanos, ticks }), Decision::Wait);
        }
    }
}
