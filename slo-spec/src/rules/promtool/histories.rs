//! Tests that last for days: windows, and the whole period.

use super::{
    super::{Window, indicator::Indicator, series},
    case::{Case, Expected},
    cases::{Suite, budget, traffic},
    input::{self, Exist},
    model::Model,
    tiers::burst,
    timeline::{Count, Timeline},
};

/// How far recorded ratios may be off, whose windows differ by more.
const TOLERANCE: f64 = 0.02;

impl Suite<'_> {
    /// Errors, until all alerts fire that can; then none; then nothing at all.
    pub(super) fn outage(&self) -> Case {
        let windows = self.indicators.iter().flat_map(|of| of.policy.windows());
        let longest = windows.max().map_or(self.step, Window::as_seconds);
        // History is longer than the longest window, so that a longer one shows.
        let start = self.up(longest + longest / 4);
        let fired = start + self.up(self.slowest_detection());
        let shorts = self.indicators.iter().flat_map(|of| of.policy.tiers.iter());
        let recovery = shorts.map(|tier| tier.short.as_seconds()).max();
        let recovered = fired + self.up(recovery.unwrap_or(self.step)) + self.step;
        let end = recovered + 2 * self.step;
        let mut case = self.empty("an outage after a quiet time, and its end");
        for of in self.indicators {
            let base = of.base().as_seconds();
            // Each begins one shortest window before an evaluation.
            let before = history(of, start, self.interval);
            let calls = before.phases().last().map_or(0.0, |phase| phase.calls);
            let timeline = before
                .then(fired - base, calls, 1.0)
                .then(recovered - base, calls, 0.0)
                .then(end, 0.0, 0.0);
            case.series
                .extend(input::series(of, &timeline, self.interval, 0, Exist::All));
            let model = self.model(of, &timeline);
            case.expected.extend(recorded(&model, start));
            let left = model.remaining(fired).unwrap_or(1.0);
            case.expected
                .push(Expected::about(of, fired, series::REMAINING, left, 0.05));
            for at in (start - self.step..=end).step_by(self.step as usize) {
                if let Some(firing) = model.firing(at) {
                    case.expected.push(Expected::alerts(of, at, &firing));
                }
            }
        }
        case
    }

    /// Many bad events in its first minutes are in the ratio of the period for as
    /// long as that is. At its end the budget burns as fast as makes the alert on
    /// its exhaustion begin, if there is one.
    pub(super) fn period(&self) -> Case {
        let mut case = self.empty("what is in a period, and what is not any more");
        for of in self.indicators {
            let period = of.slo.period.as_seconds();
            let last = period / self.step * self.step;
            // The first evaluation without the first minutes, and some more.
            let (after, end) = (last + 2 * self.step, last + 6 * self.step);
            let timeline = self.exhausting(of, last + 4 * self.step, end);
            case.series
                .extend(input::series(of, &timeline, self.interval, 0, Exist::All));
            let model = self.model(of, &timeline);
            for at in [last, after] {
                let expected = match model.certain_error_ratio(at, of.slo.period) {
                    Some(ratio) => Expected::about(of, at, series::PERIOD_RATIO, ratio, TOLERANCE),
                    None => Expected::nothing(of, at, series::PERIOD_RATIO),
                };
                case.expected.push(expected);
            }
            for at in (after..=end).step_by(self.step as usize) {
                let firing = model.firing(at);
                case.expected
                    .extend(firing.map(|firing| Expected::alerts(of, at, &firing)));
                case.expected.extend(model.exhaustion_expected(at));
            }
        }
        case
    }

    /// With L the longest window: much at first, half of it bad; nothing, up to
    /// 1.8 L before `until`; good events; and from 0.3 L before it so many
    /// bad ones that the time to exhaustion is then the one that is asked for.
    fn exhausting(&self, of: &Indicator<'_>, until: u32, end: u32) -> Timeline {
        let first = burst(of, self.step, 100.0 * traffic(of), 0.5);
        let long = of
            .policy
            .windows()
            .last()
            .map_or(self.step, |it| it.as_seconds());
        let (quiet, burning) = (long / 5 * 9, long / 10 * 3);
        if until < quiet + 3 * self.step {
            return first;
        }
        // exhaustion = (1 - factor / 6) · period / (0.3 · factor)
        let period = of.slo.period.as_f64();
        let wanted = of
            .options
            .exhaustion_within
            .map_or(period / 4.0, Window::as_f64);
        let factor = 1.0 / (0.3 * wanted / period + 1.0 / 6.0);
        let floor = |seconds: u32| seconds / self.step * self.step;
        first
            .then(floor(until - quiet), 0.0, 0.0)
            .then(floor(until - burning), traffic(of), 0.0)
            .then(end, traffic(of), (factor * budget(of)).min(1.0))
    }

    /// How long a total outage lasts until every tier fires that can, in seconds.
    fn slowest_detection(&self) -> u32 {
        let of_one = |of: &Indicator<'_>| {
            let budget = of.sli.target.budget();
            let tiers = of.policy.tiers.iter();
            tiers
                .filter(|tier| tier.can_fire(budget))
                .map(|tier| tier.detection(budget, 1.0))
                .fold(0.0, f64::max)
        };
        let slowest = self.indicators.iter().map(of_one).fold(0.0, f64::max);
        // Averages of few samples reach it later than the formula says.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is at most the longest window"
        )]
        let seconds = (slowest * 1.1) as u32;
        seconds + self.step
    }
}

/// The rates and burn rates of all windows.
fn recorded(model: &Model<'_>, at: u32) -> Vec<Expected> {
    let of = model.of;
    let budget = budget(of);
    let mut expected = Vec::new();
    for window in of.policy.windows() {
        let (open, closed) = (model.rate(at, window, false), model.rate(at, window, true));
        let burn = |rate: Count| rate.errors / rate.calls / budget;
        let values = [
            (series::calls(window), open.calls, closed.calls),
            (series::errors(window), open.errors, closed.errors),
            (series::burn_rate(window), burn(open), burn(closed)),
        ];
        for (name, open, closed) in values {
            let middle = f64::midpoint(open, closed);
            let tolerance = TOLERANCE + 1.1 * (open / middle - 1.0).abs();
            expected.push(Expected::about(of, at, &name, middle, tolerance));
        }
    }
    expected
}

/// A quiet time up to second `start`, with more and more events: twice as many
/// within each window as before it, and within the shortest once more, so that
/// windows that were changed count others. What is in the shortest is bad.
fn history(of: &Indicator<'_>, start: u32, interval: u32) -> Timeline {
    let windows = of.policy.windows();
    // There are samples at whole intervals only.
    let up = |window: &Window| window.as_seconds().div_ceil(interval) * interval;
    let mut ago: Vec<u32> = windows.iter().rev().map(up).collect();
    ago.push(2 * interval);
    let mut calls = traffic(of);
    let mut timeline = Timeline::default();
    for ago in ago {
        let is_within_base = ago < of.base().as_seconds();
        timeline = timeline.then(start - ago, calls, f64::from(u8::from(is_within_base)));
        calls *= 2.0;
    }
    timeline.then(start, calls, 1.0)
}
