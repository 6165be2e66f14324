//! What is tested.

use super::{
    super::{Window, indicator::Indicator},
    case::{Case, Expected},
    common_divisor,
    input::{self, Exist},
    model::Model,
    timeline::Timeline,
};

pub(super) fn all(indicators: &[Indicator<'_>], step: Window) -> Vec<Case> {
    let suite = Suite {
        indicators,
        step: step.as_seconds(),
        interval: interval(indicators),
    };
    let tiers = indicators.iter().map(|of| of.policy.tiers.len()).max();
    let mut cases = Vec::new();
    for tier in 0..tiers.unwrap_or(0) {
        cases.extend(suite.tier(tier));
    }
    cases.extend(suite.old_errors());
    cases.extend(suite.old_successes());
    cases.push(suite.first_event());
    cases.push(suite.first_error());
    cases.extend(suite.first_good());
    cases.extend(suite.services());
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

pub(super) struct Suite<'a> {
    pub(super) indicators: &'a [Indicator<'a>],
    /// How far evaluations are apart, in seconds.
    pub(super) step: u32,
    pub(super) interval: u32,
}

impl Suite<'_> {
    /// A test in which each indicator does what `what` says, and is looked at
    /// then; indicators of which it says nothing are left out.
    pub(super) fn case(
        &self,
        name: &str,
        spelling: usize,
        what: impl Fn(&Indicator<'_>) -> Option<(Timeline, Vec<u32>)>,
    ) -> Option<Case> {
        let mut case = self.empty(name);
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
                case.expected.extend(model.exhaustion_expected(at));
            }
        }
        (!case.expected.is_empty()).then_some(case)
    }

    pub(super) fn empty(&self, name: &str) -> Case {
        Case {
            name: name.to_owned(),
            interval: self.interval,
            series: Vec::new(),
            expected: Vec::new(),
        }
    }

    pub(super) fn model<'a>(&self, of: &'a Indicator<'a>, timeline: &'a Timeline) -> Model<'a> {
        Model {
            of,
            timeline,
            step: Window::seconds(self.step),
            interval: self.interval,
        }
    }

    /// The next evaluation at or after so many seconds.
    pub(super) fn up(&self, seconds: u32) -> u32 {
        seconds.div_ceil(self.step) * self.step
    }
}

/// The same all the time.
pub(super) fn steady(of: &Indicator<'_>, until: u32, error_ratio: f64) -> Timeline {
    Timeline::default().then(until, traffic(of), error_ratio)
}

/// Events per second: so many that even a good share of them has some bad ones.
pub(super) fn traffic(of: &Indicator<'_>) -> f64 {
    (100.0 / budget(of)).round()
}

pub(super) fn budget(of: &Indicator<'_>) -> f64 {
    of.sli.target.budget().to_f64()
}
