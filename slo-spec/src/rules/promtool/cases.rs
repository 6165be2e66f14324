//! The tests of the generated rules, each with a sentence for a name.

use super::{
    super::{Severity, Tier, Window, alerts, document::Value, indicator::Indicator},
    case::Case,
    counters::{self, ANOTHER, Phase, TESTED},
    expected::{self, Expected},
};

/// Number of steps between evaluations. `promtool` evaluates all rules each time.
const EVALUATION: u32 = 5;
/// Number of steps in most tests.
const STEPS: u32 = 4 * EVALUATION;
/// Number of steps with the few bad events, below that of the shortest window.
const FEW_STEPS: u32 = 4;
/// Time after which a series that ended is gone: Prometheus looks back five minutes.
const STALE: Window = Window::minutes(5);

/// Returns the tests of indicators that count different series.
pub(super) fn all(batch: &[&Indicator<'_>], step: Window) -> Vec<Case> {
    let tests = Tests { batch, step };
    let mut cases = tests.tiers();
    cases.extend(tests.within_budget());
    cases.extend(tests.over_budget());
    cases.extend(tests.outage());
    cases.extend(tests.few());
    cases.extend(tests.enough());
    cases.extend(tests.idle());
    cases.extend(tests.services());
    cases.extend(tests.unrelated_series());
    cases.extend(tests.missing());
    cases.extend(tests.gone());
    cases
}

/// Returns the interval of evaluations if samples are `step` apart.
pub(super) fn evaluations(step: Window) -> Window {
    Window::seconds(EVALUATION * step.as_seconds())
}

struct Tests<'a> {
    batch: &'a [&'a Indicator<'a>],
    step: Window,
}

type Content = Option<(Vec<Value>, Vec<Expected>)>;

impl Tests<'_> {
    fn case(&self, name: &str, what: impl Fn(&Indicator<'_>) -> Content) -> Option<Case> {
        Case::new(name, self.step, self.batch, what)
    }

    /// Returns the time after `steps`, in seconds.
    fn after(&self, steps: u32) -> u32 {
        steps * self.step.as_seconds()
    }

    /// Returns the number of steps to the first evaluation at or after the end of `window`.
    fn steps(&self, window: Window) -> u32 {
        let steps = window.as_seconds().div_ceil(self.step.as_seconds());
        steps.next_multiple_of(EVALUATION)
    }

    /// Returns the tests with a steady share of bad events just above each tier's factor.
    fn tiers(&self) -> Vec<Case> {
        let mut names: Vec<String> = Vec::new();
        for tier in self.batch.iter().flat_map(|of| &of.policy.tiers) {
            if !names.contains(&tier.to_string()) {
                names.push(tier.to_string());
            }
        }
        let case = |name: &String| {
            let sentence = format!("errors just above the factor of {name} fire it");
            self.case(&sentence, |of| {
                let tier = of.policy.tiers.iter().find(|it| it.to_string() == *name)?;
                let limit = limit(of, tier)?;
                let ratio = (limit * 1.1).min(f64::midpoint(limit, 1.0));
                self.steady(of, ratio, &[])
            })
        };
        names.iter().filter_map(case).collect()
    }

    fn within_budget(&self) -> Option<Case> {
        self.case(
            "errors below the factors of all tiers fire no alert",
            |of| {
                let limits = of.policy.tiers.iter().filter_map(|tier| limit(of, tier));
                let lowest = limits.reduce(f64::min)?;
                self.steady(of, 0.9 * lowest, &[])
            },
        )
    }

    fn over_budget(&self) -> Option<Case> {
        self.case("errors beyond the budget use it up", |of| {
            self.steady(
                of,
                1.1 * budget(of),
                &[alerts::EXHAUSTING, alerts::EXHAUSTED],
            )
        })
    }

    /// Returns series with the share `ratio` of bad events all the time, and the tiers that fire
    /// then.
    ///
    /// Returns `None` if the share is within 1 % of a tier's limit, or if a tier waits too long to
    /// fire.
    fn steady(&self, of: &Indicator<'_>, ratio: f64, also: &[&str]) -> Content {
        let (bad, all) = (1000.0, (1000.0 / ratio).round());
        let phase = Phase {
            steps: STEPS,
            good: all - bad,
            bad,
        };
        let (at, ratio) = (self.after(STEPS), bad / all);
        let near = |tier: &Tier| {
            let limit = tier.factor.to_f64() * budget(of);
            (ratio / limit - 1.0).abs() < 0.01
        };
        if of.policy.tiers.iter().any(near) || self.holds(of) {
            return None;
        }
        let tiers = of.policy.tiers.iter();
        let firing: Vec<_> = tiers
            .filter(|tier| limit(of, tier).is_some_and(|limit| ratio > limit))
            .collect();
        let mut expected = Vec::new();
        expected.extend(expected::burning(of, at, TESTED, &firing));
        for name in also {
            let options = of.options;
            let asked = match *name {
                alerts::EXHAUSTED => options.exhausted,
                _ => options.exhaustion_within.is_some(),
            };
            if asked {
                expected.extend(expected::fires(of, at, name, &[Some(TESTED)]));
            }
        }
        expected.push(expected::used(of, at, ratio / budget(of)));
        Some((counters::series(of, TESTED, &[phase])?, expected))
    }

    /// Returns `true` if a tier waits for at least half the time of most tests.
    fn holds(&self, of: &Indicator<'_>) -> bool {
        let holds = of.policy.tiers.iter().filter_map(|tier| tier.hold);
        holds
            .max()
            .is_some_and(|hold| self.steps(hold) >= STEPS / 2)
    }

    fn outage(&self) -> Option<Case> {
        self.case("a page ends after the outage", |of| {
            let pages = || {
                let tiers = of.policy.tiers.iter();
                tiers.filter(|tier| tier.severity == Severity::Page && limit(of, tier).is_some())
            };
            let shorts = pages().map(|tier| self.steps(tier.short));
            let longest = shorts.max().filter(|_| !self.holds(of))?;
            let after = longest + EVALUATION;
            let [outage, recovered] = [bad(STEPS, 1000.0), good(after, 1000.0)];
            let firing: Vec<_> = of
                .policy
                .tiers
                .iter()
                .filter(|tier| limit(of, tier).is_some())
                .collect();
            let expected = [
                expected::burning(of, self.after(STEPS), TESTED, &firing)?,
                expected::none_fires(of, self.after(STEPS + after), Some(Severity::Page))?,
            ];
            let series = counters::series(of, TESTED, &[outage, recovered])?;
            Some((series, expected.into()))
        })
    }

    fn few(&self) -> Option<Case> {
        self.case("fewer bad events than the minimum fire no alert", |of| {
            let least = Some(of.options.min_bad_events).filter(|&least| least > 0)?;
            self.burst(of, (0.8 * f64::from(least)).floor(), false)
        })
    }

    fn enough(&self) -> Option<Case> {
        self.case(
            "a few more bad events than the minimum fire the alerts",
            |of| {
                let least = Some(of.options.min_bad_events).filter(|&least| least > 0)?;
                self.burst(of, (1.3 * f64::from(least)).ceil(), true)
            },
        )
    }

    /// Returns series with `events` bad events, and no good ones, at the end of a quiet time.
    fn burst(&self, of: &Indicator<'_>, events: f64, fires: bool) -> Content {
        let at = self.after(STEPS);
        let quiet = bad(STEPS - FEW_STEPS, 0.0);
        let burst = bad(FEW_STEPS, events / f64::from(FEW_STEPS));
        let tiers = of.policy.tiers.iter();
        let firing: Vec<_> = tiers.filter(|tier| limit(of, tier).is_some()).collect();
        let expected = if !fires {
            expected::none_fires(of, at, None)?
        } else if firing.iter().all(|tier| tier.hold.is_none()) {
            expected::burning(of, at, TESTED, &firing)?
        } else {
            return None;
        };
        Some((
            counters::series(of, TESTED, &[quiet, burst])?,
            vec![expected],
        ))
    }

    fn idle(&self) -> Option<Case> {
        self.case("no error ratio is recorded without events", |of| {
            let at = self.after(STEPS);
            let series = counters::series(of, TESTED, &[bad(STEPS, 0.0)])?;
            let mut expected = vec![expected::no_ratio(of, at)];
            expected.extend(expected::none_fires(of, at, None));
            Some((series, expected))
        })
    }

    fn services(&self) -> Option<Case> {
        self.case(
            "of two services only the one with errors fires alerts",
            |of| {
                counters::free_label(of)?;
                let at = self.after(STEPS);
                let mut series = counters::series(of, TESTED, &[bad(STEPS, 1000.0)])?;
                series.extend(counters::series(of, ANOTHER, &[good(STEPS, 1000.0)])?);
                let tiers = of.policy.tiers.iter();
                let firing: Vec<_> = tiers.filter(|tier| limit(of, tier).is_some()).collect();
                let expected = expected::burning(of, at, TESTED, &firing)?;
                (!self.holds(of)).then(|| (series, vec![expected]))
            },
        )
    }

    fn unrelated_series(&self) -> Option<Case> {
        self.case("counters with other labels fire no alert", |of| {
            let at = self.after(STEPS);
            let series = counters::unrelated_series(of, &[bad(STEPS, 1000.0)]);
            let mut expected = vec![expected::no_ratio(of, at)];
            expected.extend(expected::none_fires(of, at, None));
            (!series.is_empty()).then_some((series, expected))
        })
    }

    fn missing(&self) -> Option<Case> {
        self.case("counters that never existed fire an alert", |of| {
            let hold = alerts::ABSENT_FOR.as_seconds();
            let fires = |at, services: &[_]| expected::fires(of, at, alerts::ABSENT, services);
            let expected = [
                fires(hold - self.after(EVALUATION), &[])?,
                fires(self.after(self.steps(alerts::ABSENT_FOR)), &[None])?,
            ];
            of.options.absent.then(|| (Vec::new(), expected.into()))
        })
    }

    fn gone(&self) -> Option<Case> {
        self.case(
            "of two services the one that is gone fires an alert",
            |of| {
                counters::free_label(of)?;
                let gone = self.steps(STALE) + self.steps(alerts::ABSENT_FOR);
                let end = STEPS + gone + EVALUATION;
                let mut series = counters::series(of, TESTED, &[good(STEPS, 1000.0)])?;
                series.extend(counters::series(of, ANOTHER, &[good(end, 1000.0)])?);
                let fires = expected::fires(of, self.after(end), alerts::ABSENT, &[Some(TESTED)])?;
                of.options.absent.then(|| (series, vec![fires]))
            },
        )
    }
}

/// Returns the share of bad events above which a tier fires; `None` if it never fires.
fn limit(of: &Indicator<'_>, tier: &Tier) -> Option<f64> {
    tier.can_fire(of.sli.target.budget())
        .then(|| tier.factor.to_f64() * budget(of))
}

fn budget(of: &Indicator<'_>) -> f64 {
    of.sli.target.budget().to_f64()
}

fn good(steps: u32, good: f64) -> Phase {
    let bad = 0.0;
    Phase { steps, good, bad }
}

fn bad(steps: u32, bad: f64) -> Phase {
    let good = 0.0;
    Phase { steps, good, bad }
}
