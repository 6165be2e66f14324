//! One indicator of one objective, with the series and expressions of its rules.

use super::{
    Events, Expr, Options, Policy, Query, Selector, Sli, Slo, Tier, Window,
    series::{self, OBJECTIVE, SLI},
};
use crate::promql::{Matching, Operator, Samples, Test};

/// Shortest window that averages recorded rates, as `rate` over days reads every sample of every
/// counter.
const RECORDED_FROM: Window = Window::days(1);

/// Longest window of the recorded rates.
const LONGEST_BASE: Window = Window::minutes(5);

/// Indicator with everything that its rules are made of.
#[derive(Clone, Debug)]
pub(super) struct Indicator<'a> {
    pub(super) slo: &'a Slo,
    /// Indicator with its counters restricted to [`Options::scope`].
    pub(super) sli: Sli,
    pub(super) options: &'a Options,
    pub(super) policy: Policy,
    /// Labels of all its rules, sorted. No other indicator has the same.
    pub(super) labels: Vec<(String, String)>,
}

impl<'a> Indicator<'a> {
    pub(super) fn new(slo: &'a Slo, sli: &'a Sli, options: &'a Options) -> Self {
        let mut labels = vec![
            (OBJECTIVE.to_owned(), slo.name.clone()),
            (SLI.to_owned(), sli.kind.clone()),
        ];
        labels.extend(slo.labels.iter().cloned());
        labels.extend(options.scope.iter().cloned());
        labels.sort();
        let given = options.policies.for_period(slo.period);
        Self {
            slo,
            sli: scoped(sli, options),
            options,
            policy: given.map_or_else(|| Policy::for_period(slo.period), Clone::clone),
            labels,
        }
    }

    /// Returns the window of the recorded rates: 5 minutes, or the shortest window of the policy if
    /// that is shorter.
    pub(super) fn base(&self) -> Window {
        self.policy.windows()[0].min(LONGEST_BASE)
    }

    /// Returns `true` if a ratio over `window` is read from the counters themselves.
    pub(super) fn is_raw(window: Window) -> bool {
        window < RECORDED_FROM
    }

    /// Returns the tier with the longest window.
    pub(super) fn slowest(&self) -> Option<&Tier> {
        self.policy.tiers.iter().max_by_key(|tier| tier.long)
    }

    /// Returns the name of the first group of rules; the names of the others begin with it.
    pub(super) fn group(&self) -> String {
        format!("slo:{}:{}", self.slo.name, self.sli.kind)
    }
}

/// Expressions over the counters.
impl Indicator<'_> {
    /// Returns the share of bad events in `window`; absent while there are no events.
    pub(super) fn ratio(&self, window: Window) -> Expr {
        // Without events, the ratio is absent and not 0 / 0.
        let calls = self
            .calls("rate", window)
            .join(Operator::Greater, Expr::integer(0));
        self.errors("rate", window).join(Operator::Divide, calls)
    }

    /// Returns all events in `window`; `function` is `rate` or `increase`.
    pub(super) fn calls(&self, function: &'static str, window: Window) -> Expr {
        let of = |selector: &Selector| over(function, selector, window);
        let total = of(&self.sli.total);
        let counted = match self.sli.bucket() {
            // A process without the bucket is left out: its calls are neither good nor bad.
            Some(bucket) => total.join_matching(
                Operator::And,
                Matching::Ignoring(vec!["le".to_owned()]),
                of(bucket),
            ),
            None => total,
        };
        counted.sum_by(&self.options.grouping)
    }

    /// Returns the bad events in `window`; `function` is `rate` or `increase`.
    pub(super) fn errors(&self, function: &'static str, window: Window) -> Expr {
        let calls = || self.calls(function, window);
        let sum = |some| over(function, some, window).sum_by(&self.options.grouping);
        // Before the first event, its counter may have no series.
        let or_zero = |some: Expr| {
            let none = Expr::integer(0).join(Operator::Multiply, calls());
            some.join(Operator::Or, none)
        };
        match &self.sli.events {
            Events::Bad(bad) if self.sli.counted_from_zero => sum(bad),
            Events::Bad(bad) => or_zero(sum(bad)),
            Events::Good(good) => {
                let good = match self.sli.bucket() {
                    Some(bucket) => sum(bucket),
                    None => or_zero(sum(good)),
                };
                let rest = calls().join(Operator::Minus, good);
                // A scrape between the updates of two counters may make it slightly negative.
                Expr::Call("clamp_min", vec![rest, Expr::integer(0)])
            }
        }
    }

    /// Returns the services that have the counters now.
    pub(super) fn present(&self) -> Expr {
        Expr::from(self.counter().clone()).group_by(&self.options.grouping)
    }

    /// Returns the counter that is necessary to tell good events from bad ones.
    pub(super) fn counter(&self) -> &Selector {
        self.sli.bucket().unwrap_or(&self.sli.total)
    }
}

/// Expressions over recorded series. Two evaluators may record the same series under different
/// external labels, so each expression reads the greatest value.
impl Indicator<'_> {
    /// Returns the newest value of the series called `name`.
    pub(super) fn newest(&self, name: impl Into<String>) -> Expr {
        Expr::from(self.recorded(name)).max_by(&self.options.grouping)
    }

    /// Returns the share of bad events in `window`, from the recorded rates.
    ///
    /// A rate over the base window is the average of that window, so an average of rates lags
    /// behind by half of it. The newest rate covers that half.
    pub(super) fn averaged_ratio(&self, window: Window) -> Expr {
        let base = self.base();
        let half = crate::Decimal::new(u64::from(base.as_seconds()) * 5, 1);
        let events = |name: String| {
            let recorded = self.recorded(name);
            let range = Expr::Range(recorded.clone(), window);
            let average = Expr::Call("avg_over_time", vec![range]);
            let before = average.join(Operator::Multiply, seconds(window));
            let newest = Expr::from(recorded).join(Operator::Multiply, half.into());
            before.join(Operator::Plus, newest)
        };
        let calls = events(series::calls(base)).join(Operator::Greater, Expr::integer(0));
        events(series::errors(base))
            .join(Operator::Divide, calls)
            .max_by(&self.options.grouping)
    }

    /// Returns the number of bad events in `window`, from the recorded rates.
    ///
    /// Rates are summed in steps of the base window. An average would count events before the first
    /// sample.
    pub(super) fn averaged_errors(&self, window: Window) -> Expr {
        let base = self.base();
        let rates = Expr::Resampled(self.recorded(series::errors(base)), window, base);
        Expr::Call("sum_over_time", vec![rates])
            .max_by(&self.options.grouping)
            .join(Operator::Multiply, seconds(base))
    }

    /// Returns the services that had counters in the last day, or have some that lack the bucket.
    pub(super) fn expected(&self) -> Expr {
        let recorded = Expr::Range(self.recorded(series::calls(self.base())), Window::days(1));
        let by = &self.options.grouping;
        let recorded = Expr::Call("present_over_time", vec![recorded]).group_by(by);
        match self.sli.bucket() {
            Some(_) => {
                let total = Expr::from(self.sli.total.clone()).group_by(by);
                recorded.join(Operator::Or, total)
            }
            None => recorded,
        }
    }

    /// Returns the selector of the series recorded under `name`.
    pub(super) fn recorded(&self, name: impl Into<String>) -> Selector {
        Selector::known(name.into(), &self.labels)
    }
}

/// Queries in annotations, restricted to the series of the alert.
impl Indicator<'_> {
    /// Returns the series recorded under `name`.
    pub(super) fn of_alert(&self, name: impl Into<String>) -> Expr {
        self.narrowed(self.recorded(name).into())
    }

    /// Returns the burn rates over all windows.
    pub(super) fn burn_rates_of_alert(&self) -> Expr {
        let mut selector = Selector::known(String::new(), &[]);
        selector.push(
            "__name__",
            Test::Matches {
                pattern: "slo:burn_rate:.+".to_owned(),
                samples: Samples::of(""),
            },
        );
        selector.matchers.extend(self.recorded("").matchers);
        self.narrowed(selector.into())
    }

    /// Returns a query of the indicator.
    pub(super) fn query_of_alert(&self, query: &Query) -> Expr {
        self.narrowed(query.query.clone())
    }

    fn narrowed(&self, mut query: Expr) -> Expr {
        let scope = &self.options.scope;
        query.each_selector(&mut |selector| {
            for (label, value) in scope {
                selector.narrow(label, Test::Equal(value.clone()));
            }
            for label in &self.options.grouping {
                if !scope.iter().any(|(known, _)| known == label) {
                    selector.push(label, Test::AsAlert(label.clone()));
                }
            }
        });
        query
    }
}

/// Returns the length of `window` in seconds.
pub(super) fn seconds(window: Window) -> Expr {
    Expr::integer(window.as_seconds().into())
}

fn over(function: &'static str, selector: &Selector, window: Window) -> Expr {
    Expr::Call(function, vec![Expr::Range(selector.clone(), window)])
}

fn scoped(sli: &Sli, options: &Options) -> Sli {
    let mut sli = sli.clone();
    let (Events::Good(some) | Events::Bad(some)) = &mut sli.events;
    for selector in [&mut sli.total, some] {
        for (label, value) in &options.scope {
            selector.narrow(label, Test::Equal(value.clone()));
        }
    }
    sli
}
