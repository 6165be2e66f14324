//! What the rules should say, computed from events and not from series.

use super::{
    super::{Tier, Window, alerts, indicator::Indicator, series},
    case::Expected,
    timeline::{Count, Timeline},
};

/// One indicator under a timeline, evaluated every `step`.
pub(super) struct Model<'a> {
    pub(super) of: &'a Indicator<'a>,
    pub(super) timeline: &'a Timeline,
    pub(super) step: Window,
    /// How far samples are apart, in seconds.
    pub(super) interval: u32,
}

/// Whether something is so; near its limit, nobody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Yes,
    No,
    Close,
}

/// An alert by name and tier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Firing {
    pub(super) alert: &'static str,
    pub(super) severity: &'static str,
    pub(super) tier: String,
}

/// How near a value may be to its limit before nothing is asked. What `rate`
/// makes of samples is not exact, and whether a window includes the sample at its
/// very beginning differs between Prometheus 2 and 3.
const MARGIN: f64 = 0.01;

/// For how many seconds Prometheus takes a value as current.
const LOOKBACK: u32 = 5 * 60;

impl Model<'_> {
    /// The share of bad events in a window; none while nothing happens.
    pub(super) fn error_ratio(&self, at: u32, window: Window) -> Option<f64> {
        ratio(self.recorded(at, window, false))
    }

    /// The same where the sample at the window's beginning is within it.
    fn error_ratio_closed(&self, at: u32, window: Window) -> Option<f64> {
        ratio(self.recorded(at, window, true))
    }

    /// Both, if they are nearly the same.
    pub(super) fn certain_error_ratio(&self, at: u32, window: Window) -> Option<f64> {
        let (open, closed) = (
            self.error_ratio(at, window)?,
            self.error_ratio_closed(at, window)?,
        );
        let middle = f64::midpoint(open, closed);
        ((open - closed).abs() <= 0.3 * middle).then_some(middle)
    }

    /// What is recorded per second over a window. Prometheus 3 leaves the sample at
    /// its beginning out, and Prometheus 2, which is the closed one, does not.
    pub(super) fn rate(&self, at: u32, window: Window, closed: bool) -> Count {
        if self.of.is_raw(window) {
            let seconds = window.as_seconds() - if closed { 0 } else { self.interval };
            let count = self.timeline.count(at, Window::seconds(seconds));
            return count.over(seconds.into());
        }
        let step = self.step.as_seconds();
        let from = at.saturating_sub(window.as_seconds());
        let times = (step..=at).step_by(step as usize);
        let samples = times.filter(|&time| time > from || closed && time == from);
        // There are few enough evaluations to be counted exactly.
        let count = f64::from(u32::try_from(samples.count()).unwrap_or(u32::MAX));
        let base = self.of.base().as_f64();
        self.samples(at, window, closed).over(count * base)
    }

    /// The bad events that an alert counts in a window.
    pub(super) fn bad_events(&self, at: u32, window: Window, closed: bool) -> f64 {
        if self.of.is_raw(window) {
            return self.timeline.count(at, window).errors;
        }
        let (base, step) = (self.of.base(), self.step.as_seconds());
        let from = at.saturating_sub(window.as_seconds());
        let points = (0..=at).step_by(base.as_seconds() as usize);
        points
            .filter(|&point| point > from || closed && point == from)
            .map(|point| {
                // The value of the newest evaluation, unless it is too old.
                let sample = point / step * step;
                let age = point - sample;
                if age < LOOKBACK || closed && age == LOOKBACK {
                    self.timeline.count(sample, base).errors
                } else {
                    0.0
                }
            })
            .sum()
    }

    /// What is left of the budget.
    pub(super) fn remaining(&self, at: u32) -> Option<f64> {
        let ratio = ratio(self.samples(at, self.of.slo.period, false))?;
        Some(1.0 - ratio / self.budget())
    }

    /// The alerts that fire at second `at`, or nothing if that is not certain.
    pub(super) fn firing(&self, at: u32) -> Option<Vec<Firing>> {
        let mut firing = Vec::new();
        let mut say = |verdict: Verdict, alert, severity, tier: &str| {
            if verdict == Verdict::Yes {
                firing.push(Firing {
                    alert,
                    severity,
                    tier: tier.to_owned(),
                });
            }
            (verdict != Verdict::Close).then_some(())
        };
        let budget = self.of.sli.target.budget();
        for tier in &self.of.policy.tiers {
            if tier.can_fire(budget) {
                let verdict = self
                    .burns(at, tier, tier.factor.to_f64())
                    .and(self.enough(at, tier.long));
                say(verdict, alerts::BURN, tier.severity.as_str(), &tier.name)?;
            }
        }
        let options = self.of.options;
        let remaining = self.remaining(at);
        if options.exhausted {
            let verdict = remaining.map_or(Verdict::No, |left| Verdict::above(1.0 - left, 1.0));
            say(verdict, alerts::EXHAUSTED, "ticket", "exhausted")?;
        }
        let slowest = self.of.policy.tiers.iter().max_by_key(|tier| tier.long);
        if let (Some(within), Some(tier)) = (options.exhaustion_within, slowest) {
            let soon = remaining.zip(self.error_ratio(at, tier.long)).map_or(
                Verdict::No,
                |(left, ratio)| {
                    let burn = ratio / self.budget();
                    let seconds = left.max(0.0) * self.of.slo.period.as_f64() / burn;
                    Verdict::above(within.as_f64(), seconds)
                },
            );
            let verdict = soon
                .and(self.burns(at, tier, 1.0))
                .and(self.enough(at, tier.long));
            say(verdict, alerts::EXHAUSTING, "ticket", "exhausting")?;
        }
        firing.sort();
        Some(firing)
    }

    /// What is known about the time to exhaustion.
    pub(super) fn exhaustion_expected(&self, at: u32) -> Option<Expected> {
        let of = self.of;
        let slowest = of.policy.tiers.iter().max_by_key(|tier| tier.long)?;
        match self.burns(at, slowest, 1.0) {
            Verdict::No => return Some(Expected::nothing(of, at, series::EXHAUSTION)),
            Verdict::Close => return None,
            Verdict::Yes => {}
        }
        let left = self.remaining(at)?;
        if left < -0.01 {
            return Some(Expected::zero(of, at, series::EXHAUSTION));
        }
        let ratio = self.certain_error_ratio(at, slowest.long)?;
        let seconds = left * of.slo.period.as_f64() * self.budget() / ratio;
        // Nearer to the end, a little of the budget is a large share of it.
        (left > 0.2).then(|| Expected::about(of, at, series::EXHAUSTION, seconds, 0.06))
    }

    /// Whether both windows of a tier are above a factor.
    fn burns(&self, at: u32, tier: &Tier, factor: f64) -> Verdict {
        let over = |window, closed| {
            let ratio = if closed {
                self.error_ratio_closed(at, window)
            } else {
                self.error_ratio(at, window)
            };
            ratio.map_or(Verdict::No, |ratio| {
                Verdict::above(ratio / self.budget(), factor)
            })
        };
        let both = |window| over(window, false).same(over(window, true));
        both(tier.long).and(both(tier.short))
    }

    /// Whether there were as many bad events as an alert needs.
    fn enough(&self, at: u32, window: Window) -> Verdict {
        let least = self.of.options.min_bad_events;
        if least == 0 {
            return Verdict::Yes;
        }
        let above = |closed| Verdict::above(self.bad_events(at, window, closed), least.into());
        above(false).same(above(true))
    }

    /// What the rates over `window` are made of.
    fn recorded(&self, at: u32, window: Window, closed: bool) -> Count {
        if self.of.is_raw(window) {
            self.timeline.count(at, window)
        } else {
            self.samples(at, window, closed)
        }
    }

    /// The sum of what was counted over the shortest window at each evaluation.
    fn samples(&self, at: u32, window: Window, closed: bool) -> Count {
        let step = self.step.as_seconds();
        let from = i64::from(at) - i64::from(window.as_seconds());
        let mut sum = Count::default();
        for sample in (0..=at).step_by(step as usize) {
            let time = i64::from(sample);
            // Behind the end there is nothing that could be recorded.
            let is_known = sample < self.timeline.end() + self.of.base().as_seconds();
            if is_known && (time > from || closed && time == from) {
                let count = self.timeline.count(sample, self.of.base());
                sum.calls += count.calls;
                sum.errors += count.errors;
            }
        }
        sum
    }

    fn budget(&self) -> f64 {
        self.of.sli.target.budget().to_f64()
    }
}

fn ratio(count: Count) -> Option<f64> {
    (count.calls > 0.0).then(|| count.errors / count.calls)
}

impl Verdict {
    fn above(value: f64, limit: f64) -> Self {
        if (value - limit).abs() <= MARGIN * limit {
            Self::Close
        } else if value > limit {
            Self::Yes
        } else {
            Self::No
        }
    }

    /// What both say.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Close,
        }
    }

    /// What both agree on.
    fn same(self, other: Self) -> Self {
        if self == other { self } else { Self::Close }
    }
}
