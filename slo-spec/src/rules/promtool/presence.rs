//! Tests of what is there: counters that are missing or stand still, other
//! services and other objectives.

use super::{
    super::{Events, alerts, document::Value, indicator::Indicator, series},
    case::{Case, Expected},
    cases::{Suite, steady},
    input::{self, Exist},
    model::Firing,
    timeline::Timeline,
};

impl Suite<'_> {
    /// Before anything happened there is but the counter of all.
    pub(super) fn first_event(&self) -> Case {
        let at = 2 * self.step;
        let mut case = self.empty("before the first event");
        for of in self.indicators {
            let timeline = Timeline::default().then(at, 0.0, 0.0);
            let exist = match of.sli.events {
                Events::Bad(_) => Exist::NoneBad,
                Events::Good(_) => Exist::NoneGood,
            };
            case.series
                .extend(input::series(of, &timeline, self.interval, 0, exist));
            for window in of.policy.windows() {
                case.expected
                    .push(Expected::zero(of, at, &series::errors(window)));
                case.expected
                    .push(Expected::nothing(of, at, &series::error_ratio(window)));
            }
            case.expected.push(Expected::alerts(of, at, &[]));
        }
        case
    }

    /// Before the first error its series does not exist.
    pub(super) fn first_error(&self) -> Case {
        let at = 2 * self.step;
        let mut case = self.empty("before the first error");
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
            case.expected.push(Expected::info(of, at));
            case.series.extend(self.strangers(of, at));
            let others = input::other_objectives(of, &timeline, self.interval);
            case.series.extend(others);
        }
        case
    }

    /// Before the first good event its series does not exist.
    pub(super) fn first_good(&self) -> Option<Case> {
        let at = 2 * self.step;
        let mut case = self.empty("before the first good event");
        for of in self.indicators {
            if matches!(of.sli.events, Events::Bad(_)) {
                continue;
            }
            let timeline = steady(of, at, 1.0);
            case.series.extend(input::series(
                of,
                &timeline,
                self.interval,
                0,
                Exist::NoneGood,
            ));
            case.series.extend(self.strangers(of, at));
            for window in of.policy.windows() {
                let name = series::error_ratio(window);
                case.expected
                    .push(Expected::about(of, at, &name, 1.0, 0.001));
            }
        }
        (!case.expected.is_empty()).then_some(case)
    }

    /// Of two services one burns.
    pub(super) fn services(&self) -> Option<Case> {
        let at = 2 * self.step;
        let mut case = self.empty("two services, of which one has errors");
        for of in self.indicators {
            let (timeline, quiet) = (steady(of, at, 1.0), steady(of, at, 0.0));
            let burning = input::series(of, &timeline, self.interval, 0, Exist::All);
            let exist = match of.sli.events {
                Events::Bad(_) => Exist::NoneBad,
                Events::Good(_) => Exist::All,
            };
            let Some(other) = input::other_service(of, &quiet, self.interval, exist) else {
                continue;
            };
            case.series.extend(burning.into_iter().chain(other));
            let firing = self.model(of, &timeline).firing(at);
            case.expected
                .extend(firing.map(|firing| Expected::alerts(of, at, &firing)));
            for window in of.policy.windows() {
                let name = series::error_ratio(window);
                case.expected.push(Expected::some(of, at, &name));
            }
        }
        (!case.expected.is_empty()).then_some(case)
    }

    /// What might be recorded of other objectives and indicators, as bad as can be.
    fn strangers(&self, of: &Indicator<'_>, until: u32) -> Vec<Value> {
        let mut names: Vec<(String, i32)> = vec![
            (series::PERIOD_RATIO.to_owned(), 1),
            (series::REMAINING.to_owned(), -1),
            (series::EXHAUSTION.to_owned(), 1),
        ];
        for window in of.policy.windows() {
            names.extend([
                (series::calls(window), 1000),
                (series::errors(window), 1000),
                (series::error_ratio(window), 1),
                (series::burn_rate(window), 1000),
            ]);
        }
        let mut strangers = Vec::new();
        for changed in of.labels.iter().map(|(label, _)| label) {
            for (name, value) in &names {
                strangers.push(Value::map([
                    ("series", Value::text(Expected::stranger(of, name, changed))),
                    (
                        "values",
                        Value::text(format!("{value}+0x{}", until / self.interval)),
                    ),
                ]));
            }
        }
        strangers
    }

    /// Counters that stand still.
    pub(super) fn idle(&self) -> Case {
        let at = 2 * self.step;
        let mut case = self.empty("while nothing happens");
        for of in self.indicators {
            let timeline = Timeline::default().then(at, 0.0, 0.0);
            case.series
                .extend(input::series(of, &timeline, self.interval, 0, Exist::All));
            for window in of.policy.windows() {
                case.expected
                    .push(Expected::nothing(of, at, &series::error_ratio(window)));
            }
            for name in [series::EXHAUSTION, series::PERIOD_RATIO, series::REMAINING] {
                case.expected.push(Expected::nothing(of, at, name));
            }
            case.expected.push(Expected::alerts(of, at, &[]));
        }
        case
    }

    /// No counters but those of other objectives.
    pub(super) fn absent(&self) -> Option<Case> {
        let hold = alerts::ABSENT_FOR.as_seconds();
        let at = self.up(hold);
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
        let others = self.indicators.iter().flat_map(|of| {
            let timeline = steady(of, at, 0.0);
            input::other_objectives(of, &timeline, self.interval)
        });
        (!expected.is_empty()).then(|| Case {
            series: others.collect(),
            expected,
            ..self.empty("without counters")
        })
    }
}
