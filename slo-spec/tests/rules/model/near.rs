//! Tiers just above and just below their limits.

use slo_spec::rules::Tier;

use super::{
    INTERVAL, STEP, Subject,
    counters::recorded_strangers,
    expected::Case,
    history::History,
    is_raw,
    timeline::{BUSY, Timeline},
    times::{clear, solve, up},
};

/// Share by which a window misses or exceeds the factor, so that a changed factor is noticed.
const NEAR: f64 = 0.035;
/// Share by which the other window exceeds the factor, so that only one window decides.
const FAR: f64 = 0.3;
/// Returns the test of a tier just above and just below its factor and its minimum of bad events,
/// among strangers that are worse or better; and the interval of its evaluations, in seconds.
pub(super) fn factors(of: &Subject, tier: &Tier) -> (u32, Case) {
    let case = Case::new(&format!("{tier} near its limits"));
    let mut near = Near::new(of, tier, case);
    let limit = of.limit(tier);
    near.judge(
        "long-above",
        &near.shares(limit * (1.0 + NEAR), limit * (1.0 + FAR)),
    );
    near.judge(
        "long-below",
        &near.shares(limit * (1.0 - NEAR), limit * (1.0 + FAR)),
    );
    near.judge(
        "short-above",
        &near.shares(limit * (1.0 + FAR), limit * (1.0 + NEAR)),
    );
    near.judge(
        "short-below",
        &near.shares(limit * (1.0 + FAR), limit * (1.0 - NEAR)),
    );
    near.judge("older-half", &near.older_half());
    near.judge("before-short", &near.before_short());
    let least = f64::from(of.options.min_bad_events);
    near.judge("enough", &near.few_events(least * 1.04, 0.0));
    near.judge("few", &near.few_events(least * 0.96, 0.1));
    let at = near.at;
    let steady = |ratio| Timeline::default().then(at, BUSY, ratio);
    near.judge("quiet", &steady(0.0));
    near.judge("loud", &steady(limit * (1.0 + NEAR)));
    let mut expected = vec!["long-above", "short-above", "older-half", "enough", "loud"];
    if is_raw(tier.long) {
        let (below, above, far) = (1.0 - NEAR, 1.0 + NEAR, 1.0 + FAR);
        near.judge("growing-above", &near.growing(limit * above, limit * above));
        near.judge("growing-long", &near.growing(limit * below, limit * far));
        near.judge("growing-short", &near.growing(limit * far, limit * below));
        expected.push("growing-above");
    }
    let Near {
        step,
        mut case,
        firing,
        ..
    } = near;
    assert_eq!(firing, expected);
    // Each of these services lacks one condition, and worse strangers must not fulfil it.
    for service in ["long-below", "short-below", "few", "quiet"] {
        case.add(of.counters.strangers(service, &steady(1.0)));
        case.add(recorded_strangers(of, service, at));
    }
    case.add(of.counters.strangers("loud", &steady(0.0)));
    let severity = tier.severity.to_string();
    case.alert(of, at, ("ErrorBudgetBurn", &severity, &tier.name), &firing);
    (step, case)
}

/// Test of one tier, evaluated at `at`.
pub(super) struct Near<'a> {
    of: &'a Subject,
    tier: &'a Tier,
    pub(super) at: u32,
    step: u32,
    /// Time until events are in the series that the rules read, in seconds.
    lag: u32,
    long: u32,
    short: u32,
    /// Time for which a tier that fired keeps firing, in seconds.
    keep: u32,
    case: Case,
    firing: Vec<&'static str>,
}

impl<'a> Near<'a> {
    pub(super) fn new(of: &'a Subject, tier: &'a Tier, case: Case) -> Self {
        let (long, short) = (tier.long.as_seconds(), tier.short.as_seconds());
        let tiers = of.policy.tiers.iter();
        let same = tiers.filter(|it| it.severity == tier.severity);
        let longest = same.map(|it| it.short.as_seconds()).max();
        let longer = longest.unwrap_or(short) - short;
        // As few evaluations as possible that still tell the short window from others.
        let steps = [(300, 300), (1800, 900), (7200, 1260)];
        let step = steps.iter().find(|(longest, _)| short <= *longest);
        let step = step.map_or(STEP, |(_, step)| *step);
        // Rules over counters do not wait for a recording.
        let lag = if is_raw(tier.long) { INTERVAL } else { step };
        Self {
            of,
            tier,
            // Longer than the next longer window, so that a longer window is noticed.
            at: up(step, long + (long + long / 2).min(9 * 6 * 3600)),
            step,
            lag,
            long,
            short,
            keep: if longer > 0 { longer + INTERVAL } else { 0 },
            case,
            firing: Vec::new(),
        }
    }

    fn judge(&mut self, service: &'static str, timeline: &Timeline) {
        let history = self.history(timeline);
        let fires = |at: u32| history.fires(at, self.tier);
        if fires(self.at) {
            self.firing.push(service);
        } else {
            let since = self.at - self.keep - self.step;
            let mut earlier = (since..self.at).step_by(self.step as usize);
            assert!(!earlier.any(fires), "{service} goes on");
        }
        self.case.add(self.of.counters.series(service, timeline));
    }

    /// Returns the end of errors in the older half of the long window, so that a shorter window is
    /// noticed. It is early enough for alerts that fired then to be over.
    fn older(&self) -> u32 {
        let age = (self.long / 2).max(self.keep + self.short + self.step + 2 * self.lag);
        self.before(age)
    }

    /// Returns the end of errors in the oldest sixth, which the next shorter window does not
    /// contain.
    fn oldest(&self) -> u32 {
        self.before(self.long / 6 * 5).min(self.older())
    }

    fn before(&self, seconds: u32) -> u32 {
        let time = (self.at - seconds) / INTERVAL * INTERVAL;
        if self.lag > 300 {
            clear(self.step, time)
        } else {
            time
        }
    }

    fn history<'t>(&'t self, timeline: &'t Timeline) -> History<'t> {
        History {
            of: self.of,
            timeline,
            step: self.step,
        }
    }

    /// Returns a timeline with these shares of bad events over the long and the short window.
    pub(super) fn shares(&self, over_long: f64, over_short: f64) -> Timeline {
        let with = |older: f64| {
            Timeline::default()
                .then(self.before(self.long) + self.lag, BUSY, 0.0)
                .then(self.older(), BUSY, older)
                .then(self.at - self.short - INTERVAL, BUSY, 0.0)
                .then(self.at, BUSY, over_short)
        };
        with(solve(over_long, |older| self.over_long(&with(older))))
    }

    fn over_long(&self, timeline: &Timeline) -> f64 {
        let ratio = self.history(timeline).ratio(self.at, self.tier.long);
        ratio.unwrap_or(0.0)
    }

    /// Returns a timeline with these shares of bad events while traffic grows, so that different
    /// windows have different numbers of events.
    fn growing(&self, over_long: f64, over_short: f64) -> Timeline {
        let minutes = self.at / INTERVAL;
        // Growth per minute, a few percent within the short window.
        let growth = if self.long > 7200 { 0.006 } else { 0.03 };
        let ends = [self.older(), self.at - self.short];
        let with = |older: f64| {
            (1..=minutes).fold(Timeline::default(), |timeline, minute| {
                let calls = BUSY * (-growth * f64::from(minutes - minute)).exp();
                let until = minute * INTERVAL;
                let phase = ends.iter().filter(|end| until > **end).count();
                timeline.then(until, calls, [older, 0.0, over_short][phase])
            })
        };
        with(solve(over_long, |older| self.over_long(&with(older))))
    }

    /// Returns a timeline with errors in the older half of the short window, which a shorter window
    /// misses.
    pub(super) fn older_half(&self) -> Timeline {
        Timeline::default()
            .then(self.before(self.long) + self.lag, BUSY, 0.0)
            .then(self.older(), BUSY, 0.9)
            .then(self.at - self.short, BUSY, 0.0)
            .then(self.at - self.short / 2 / INTERVAL * INTERVAL, BUSY, 0.9)
            .then(self.at, BUSY, 0.0)
    }

    /// Returns a timeline with errors just before the short window, which a longer window contains.
    /// The long window is above the limit only after much traffic has left it.
    fn before_short(&self) -> Timeline {
        let (first, last) = (
            self.before(2 * self.short),
            self.before(self.short + 4 * self.lag),
        );
        let all = f64::from(self.long);
        Timeline::default()
            .then(self.before(self.long + 6 * self.lag), 1.0, 0.0)
            .then(
                self.before(self.long + 3 * self.lag),
                100.0 * all / f64::from(self.lag),
                0.0,
            )
            .then(first, 1.0, 0.0)
            .then(last, all / f64::from(last - first), 0.9)
            .then(self.at, 1.0, 0.0)
    }

    /// Returns a timeline with `events` bad events and no good ones in the long window; with
    /// `earlier` above 0, a longer window contains more.
    pub(super) fn few_events(&self, events: f64, earlier: f64) -> Timeline {
        let with = |scale: f64, last: u32| {
            Timeline::default()
                .then(self.before(self.long + 4 * self.lag), 0.0, 0.0)
                .then(self.before(self.long + 2 * self.lag), scale * earlier, 1.0)
                .then(last - 2 * self.lag, 0.0, 0.0)
                .then(last, scale, 1.0)
                .then(self.at - 6 * INTERVAL, 0.0, 0.0)
                .then(self.at, scale * f64::from(self.lag) / 1000.0, 1.0)
        };
        let certain = (0..5).map(|steps| self.oldest() - steps * self.lag);
        let is_certain = |last: &u32| {
            let timeline = with(1.0, *last);
            self.history(&timeline).is_certain(self.at, self.tier.long)
        };
        let last = certain
            .into_iter()
            .find(is_certain)
            .expect("one is certain");
        let number = |scale| {
            let timeline = with(scale, last);
            self.history(&timeline).bad_events(self.at, self.tier.long)
        };
        with(solve(events, number), last)
    }
}
