//! Values that the rules must find, computed from events and not from series.

use slo_spec::rules::{Tier, Window};

use super::{
    BASE, STEP, Subject, is_raw,
    timeline::{Count, Timeline},
};

/// Time for which Prometheus takes a value as current, in seconds.
const LOOKBACK: u32 = 5 * 60;

/// Service with a timeline, as the rules see it.
pub(super) struct History<'a> {
    pub(super) of: &'a Subject,
    pub(super) timeline: &'a Timeline,
    /// Interval of evaluations, in seconds.
    pub(super) step: u32,
}

/// Returns the history of a service in a long test.
pub(super) fn long_history<'a>(of: &'a Subject, timeline: &'a Timeline) -> History<'a> {
    let step = STEP;
    History { of, timeline, step }
}

impl History<'_> {
    /// Returns the share of bad events in a window; `None` without events.
    pub(super) fn ratio(&self, at: u32, window: Window) -> Option<f64> {
        if is_raw(window) {
            self.timeline.count(at, window).ratio()
        } else {
            self.averaged(at, window).ratio()
        }
    }

    /// Returns the events per second that are recorded at an evaluation.
    pub(super) fn pair(&self, at: u32) -> Count {
        let mut rate = Count::default();
        rate.add(self.timeline.count(at, BASE), 1.0 / BASE.as_f64());
        rate
    }

    /// Returns the average of the rates that were recorded in a window, times its length. The
    /// newest rate is added for the half of the base window by which the average lags behind.
    fn averaged(&self, at: u32, window: Window) -> Count {
        let from = at.saturating_sub(window.as_seconds());
        let times = (0..=at).step_by(self.step as usize);
        let known: Vec<u32> = times.filter(|time| *time > from && *time > 0).collect();
        let mut events = Count::default();
        // There are few enough evaluations for an exact number.
        let number = f64::from(u32::try_from(known.len()).unwrap_or(u32::MAX));
        for time in known {
            events.add(self.pair(time), window.as_f64() / number);
        }
        events.add(self.pair(at), BASE.as_f64() / 2.0);
        events
    }

    /// Returns the bad events that an alert counts in a window.
    pub(super) fn bad_events(&self, at: u32, window: Window) -> f64 {
        if is_raw(window) {
            return self.timeline.count(at, window).errors;
        }
        self.points(at, window, |age| age < LOOKBACK)
    }

    /// Returns `true` if all versions of Prometheus count the same. They differ in whether a value
    /// is current that is exactly as old as the lookback.
    pub(super) fn is_certain(&self, at: u32, window: Window) -> bool {
        is_raw(window) || self.points(at, window, |age| age == LOOKBACK) == 0.0
    }

    /// Returns the sum of the recorded bad events, as seen at steps of the base window.
    fn points(&self, at: u32, window: Window, is_current: impl Fn(u32) -> bool) -> f64 {
        let from = at.saturating_sub(window.as_seconds());
        let points = (0..=at).step_by(BASE.as_seconds() as usize);
        points
            .filter(|&point| point > from)
            .filter_map(|point| {
                let time = point / self.step * self.step;
                is_current(point - time).then(|| self.pair(time).errors * BASE.as_f64())
            })
            .sum()
    }

    /// Returns the share of the budget that is left.
    pub(super) fn remaining(&self, at: u32) -> Option<f64> {
        let ratio = self.averaged(at, self.of.slo.period).ratio()?;
        Some(1.0 - ratio / self.of.budget())
    }

    /// Returns the seconds until the budget is used up.
    pub(super) fn exhaustion(&self, at: u32) -> Option<f64> {
        let burn = self.ratio(at, self.of.slowest().long)? / self.of.budget();
        Some(self.remaining(at)?.max(0.0) * self.of.slo.period.as_f64() / burn)
    }

    /// Returns `true` if a tier fires.
    pub(super) fn fires(&self, at: u32, tier: &Tier) -> bool {
        let above = |window| self.ratio(at, window) > Some(self.of.limit(tier));
        let least = f64::from(self.of.options.min_bad_events);
        above(tier.long) && above(tier.short) && self.bad_events(at, tier.long) >= least
    }
}
