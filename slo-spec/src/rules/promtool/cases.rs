//! What is tested.

use super::{
    super::{Events, Tier, Window, alerts, indicator::Indicator, series},
    case::{Case, Expected},
    common_divisor,
    input::{self, Exist},
    model::{Firing, Model},
    timeline::Timeline,
};

/// How far a factor is missed or exceeded, so that a changed factor shows.
const NEAR: f64 = 0.02;

/// How far recorded ratios may be off, whose windows differ by more.
const TOLERANCE: f64 = 0.02;

pub(super) fn all(indicators: &[Indicator<'_>], step: Window) -> Vec<Case> {
    let suite = Suite {
        indicators,
        step: step.as_seconds(),
        interval: interval(indicators),
    };
    let tiers = indicators.iter().map(|of| of.policy.tiers.len()).max();
    let mut cases = Vec::new();
    for tier in 0..tiers.unwrap_or(0) {
        cases.extend(suite.factor(tier, 1.0 + NEAR, "above"));
        cases.extend(suite.factor(tier, 1.0 - NEAR, "below"));
        cases.extend(suite.least_events(tier, 1.0, "enough"));
        cases.extend(suite.least_events(tier, -1.0, "too few"));
    }
    cases.push(suite.first_error());
    cases.push(suite.idle());
    cases.push(suite.outage());
    cases.push(suite.period());
    cases.extend(suite.absent());
    cases.retain(|case| !case.expected.is_empty());
    cases
}

/// How far samples are apart, in seconds: at least five in every shortest window.
fn interval(indicators: &[Indicator<'_>]) -> u32 {
    let bases = indicators.iter().map(|of| of.base().as_seconds());
    let base = bases.reduce(common_divisor).unwrap_or(60);
    let most = (base / 5).max(1);
    (1..=most).rev().find(|n| base % n == 0).unwrap_or(1)
}

struct Suite<'a> {
    indicators: &'a [Indicator<'a>],
    step: u32,
    interval: u32,
}

impl Suite<'_> {
    /// Shares of bad events a little above or below a tier's factor.
    fn factor(&self, n: usize, near: f64, word: &str) -> Option<Case> {
        let at = 2 * self.step;
        self.case(format!("tier {}, just {word} its factor", n + 1), n, |of| {
            let tier = firing_tier(of, n)?;
            let ratio = tier.factor.to_f64() * budget(of) * near;
            // A factor that a total outage barely reaches.
            let ratio = if ratio < 1.0 {
                ratio
            } else {
                f64::midpoint(ratio / near, 1.0)
            };
            Some((steady(of, at, ratio), vec![at]))
        })
    }

    /// A few bad events, and no good ones: nearly one more, or less, than needed.
    fn least_events(&self, n: usize, sign: f64, word: &str) -> Option<Case> {
        let at = 2 * self.step;
        self.case(format!("tier {}, {word} bad events", n + 1), n, |of| {
            let least = of.options.min_bad_events;
            let tier = firing_tier(of, n).filter(|_| least > 0)?;
            let share = 1.0 + sign * (0.4 / f64::from(least)).clamp(0.03, 0.08);
            // So that the share of the least number is in its long window.
            let one = Timeline::default().then(at, 1.0, 1.0);
            let counted = self.model(of, &one).bad_events(at, tier.long, share < 1.0);
            let per_second = share * f64::from(least) / counted;
            Some((Timeline::default().then(at, per_second, 1.0), vec![at]))
        })
    }

    /// Errors, until all alerts fire that can; then none; then nothing at all.
    fn outage(&self) -> Case {
        let windows = self.indicators.iter().flat_map(|of| of.policy.windows());
        let longest = windows.max().map_or(self.step, Window::as_seconds);
        // History is longer than the longest window, so that a longer one shows.
        let start = self.up(longest + longest / 4);
        let fired = start + self.up(self.slowest_detection());
        let shorts = self.indicators.iter().flat_map(|of| of.policy.tiers.iter());
        let recovery = shorts.map(|tier| tier.short.as_seconds()).max();
        let recovered = fired + self.up(recovery.unwrap_or(self.step)) + self.step;
        let end = recovered + 2 * self.step;
        let mut case = Case {
            name: "an outage after a quiet time, and its end".to_owned(),
            interval: self.interval,
            series: Vec::new(),
            expected: Vec::new(),
        };
        for of in self.indicators {
            let base = of.base().as_seconds();
            // Each begins one shortest window before an evaluation.
            let timeline = Timeline::default()
                .then(start - base, traffic(of), 0.0)
                .then(fired - base, traffic(of), 1.0)
                .then(recovered - base, traffic(of), 0.0)
                .then(end, 0.0, 0.0);
            case.series
                .extend(input::series(of, &timeline, self.interval, 0, Exist::All));
            let model = self.model(of, &timeline);
            for window in of.policy.windows() {
                if let Some(ratio) = model.certain_error_ratio(start, window) {
                    let name = series::error_ratio(window);
                    // Prometheus 2 and 3 differ in the sample at the beginning.
                    let open = model.error_ratio(start, window).unwrap_or(ratio);
                    let tolerance = TOLERANCE + 1.1 * (open / ratio - 1.0).abs();
                    case.expected
                        .push(Expected::about(of, start, &name, ratio, tolerance));
                }
            }
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

    /// A single bad minute is in the ratio of the period for as long as that is.
    fn period(&self) -> Case {
        let mut case = Case {
            name: "what is in a period, and what is not any more".to_owned(),
            interval: self.interval,
            series: Vec::new(),
            expected: Vec::new(),
        };
        for of in self.indicators {
            let timeline = steady(of, self.step, 0.5);
            case.series
                .extend(input::series(of, &timeline, self.interval, 0, Exist::All));
            let last = of.slo.period.as_seconds() / self.step * self.step;
            let name = series::PERIOD_RATIO;
            case.expected.extend([
                Expected::about(of, last, name, 0.5, TOLERANCE),
                Expected::nothing(of, last + 2 * self.step, name),
            ]);
        }
        case
    }

    /// Before the first error its series does not exist.
    fn first_error(&self) -> Case {
        let at = 2 * self.step;
        let mut case = Case {
            name: "before the first error".to_owned(),
            interval: self.interval,
            series: Vec::new(),
            expected: Vec::new(),
        };
        for of in self.indicators {
            let timeline = steady(of, at, 0.0);
            let exist = match of.sli.events {
                Events::Bad(_) => Exist::NoneBad,
                Events::Good(_) => Exist::All,
            };
            case.series
                .extend(input::series(of, &timeline, self.interval, 1, exist));
            for window in of.policy.windows() {
                case.expected
                    .push(Expected::zero(of, at, &series::error_ratio(window)));
            }
            case.expected
                .push(Expected::about(of, at, series::REMAINING, 1.0, 0.001));
            case.expected.push(Expected::alerts(of, at, &[]));
        }
        case
    }

    /// Counters that stand still.
    fn idle(&self) -> Case {
        let at = 2 * self.step;
        let mut case = Case {
            name: "while nothing happens".to_owned(),
            interval: self.interval,
            series: Vec::new(),
            expected: Vec::new(),
        };
        for of in self.indicators {
            let timeline = Timeline::default().then(at, 0.0, 0.0);
            case.series
                .extend(input::series(of, &timeline, self.interval, 0, Exist::All));
            for window in of.policy.windows() {
                case.expected
                    .push(Expected::nothing(of, at, &series::error_ratio(window)));
            }
            case.expected
                .push(Expected::nothing(of, at, series::EXHAUSTION));
            case.expected.push(Expected::alerts(of, at, &[]));
        }
        case
    }

    /// No counters at all.
    fn absent(&self) -> Option<Case> {
        let hold = alerts::ABSENT_FOR.as_seconds();
        let at = self.up(hold) + self.step;
        let before = (hold - 1) / self.step * self.step;
        let expected = self.indicators.iter().filter(|of| of.options.absent);
        let expected: Vec<_> = expected
            .flat_map(|of| {
                let firing = Firing {
                    alert: alerts::ABSENT,
                    severity: "ticket",
                    tier: "absent".to_owned(),
                };
                [
                    Expected::alerts(of, before, &[]),
                    Expected::alerts(of, at, &[firing]).of_absent(of),
                ]
            })
            .collect();
        (!expected.is_empty()).then(|| Case {
            name: "without counters".to_owned(),
            interval: self.interval,
            series: Vec::new(),
            expected,
        })
    }

    /// A test in which each indicator does what `what` says, and is looked at
    /// then; indicators of which it says nothing are left out.
    fn case(
        &self,
        name: String,
        spelling: usize,
        what: impl Fn(&Indicator<'_>) -> Option<(Timeline, Vec<u32>)>,
    ) -> Option<Case> {
        let mut case = Case {
            name,
            interval: self.interval,
            series: Vec::new(),
            expected: Vec::new(),
        };
        for of in self.indicators {
            let Some((timeline, times)) = what(of) else {
                continue;
            };
            case.series.extend(input::series(
                of,
                &timeline,
                self.interval,
                spelling,
                Exist::All,
            ));
            let model = self.model(of, &timeline);
            for at in times {
                let firing = model.firing(at);
                case.expected
                    .extend(firing.map(|firing| Expected::alerts(of, at, &firing)));
            }
        }
        (!case.expected.is_empty()).then_some(case)
    }

    fn model<'a>(&self, of: &'a Indicator<'a>, timeline: &'a Timeline) -> Model<'a> {
        Model {
            of,
            timeline,
            step: Window::seconds(self.step),
        }
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

    /// The next evaluation at or after so many seconds.
    fn up(&self, seconds: u32) -> u32 {
        seconds.div_ceil(self.step) * self.step
    }
}

/// The tier at this place, if it can fire.
fn firing_tier<'a>(of: &'a Indicator<'_>, n: usize) -> Option<&'a Tier> {
    let tier = of.policy.tiers.get(n)?;
    tier.can_fire(of.sli.target.budget()).then_some(tier)
}

/// The same all the time.
fn steady(of: &Indicator<'_>, until: u32, error_ratio: f64) -> Timeline {
    Timeline::default().then(until, traffic(of), error_ratio)
}

/// Events per second: so many that even a good share of them has some bad ones.
fn traffic(of: &Indicator<'_>) -> f64 {
    (100.0 / budget(of)).round()
}

fn budget(of: &Indicator<'_>) -> f64 {
    of.sli.target.budget().to_f64()
}
