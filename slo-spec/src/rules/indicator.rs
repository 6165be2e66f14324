//! One indicator of one objective: what rules about it are made of.

use super::{
    Events, Expr, Options, Policy, Selector, Sli, Slo, Window,
    promql::{Samples, Test},
    series::{OBJECTIVE, SLI},
};

/// The longest window that is computed from the counters themselves. Longer
/// ones average what was recorded, as `rate` over days reads every sample.
const LONGEST_RAW: Window = Window::hours(1);

/// What rules about one indicator are made of.
#[derive(Clone, Debug)]
pub(super) struct Indicator<'a> {
    pub(super) slo: &'a Slo,
    /// With what [`Options::scope`] asks of the counters.
    pub(super) sli: Sli,
    pub(super) options: &'a Options,
    pub(super) policy: Policy,
    /// What tells it from all others.
    pub(super) labels: Vec<(String, String)>,
}

impl<'a> Indicator<'a> {
    pub(super) fn new(slo: &'a Slo, sli: &'a Sli, options: &'a Options) -> Self {
        let mut labels = vec![
            (OBJECTIVE.to_owned(), slo.name.clone()),
            (SLI.to_owned(), sli.kind.clone()),
        ];
        labels.extend(options.scope.iter().cloned());
        labels.sort();
        let given = options.policy.clone();
        Self {
            slo,
            sli: scoped(sli, options),
            options,
            policy: given.unwrap_or_else(|| Policy::for_period(slo.period)),
            labels,
        }
    }

    /// The shortest window, of which longer ones are averages.
    pub(super) fn base(&self) -> Window {
        self.policy.windows()[0]
    }

    /// Whether rates over `window` come from the counters themselves.
    pub(super) fn is_raw(&self, window: Window) -> bool {
        window <= LONGEST_RAW || window == self.base()
    }

    /// The name of its group.
    pub(super) fn group(&self) -> String {
        format!("slo:{}:{}", self.slo.name, self.sli.kind)
    }

    /// The name of the group of what reads the whole period.
    pub(super) fn period_group(&self) -> String {
        format!("{}:period", self.group())
    }

    /// What was recorded under `name`.
    pub(super) fn recorded(&self, name: impl Into<String>) -> Selector {
        Selector::known(name.into(), &self.labels)
    }

    /// The same as an expression.
    pub(super) fn series(&self, name: impl Into<String>) -> Expr {
        self.recorded(name).into()
    }

    /// The same for the service that an alert is about.
    pub(super) fn of_alert(&self, name: impl Into<String>) -> Expr {
        self.as_alert(self.recorded(name))
    }

    /// The burn rates over all windows, of that service.
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
        self.as_alert(selector)
    }

    fn as_alert(&self, mut selector: Selector) -> Expr {
        for label in &self.options.grouping {
            if !self.labels.iter().any(|(known, _)| known == label) {
                selector.push(label, Test::AsAlert(label.clone()));
            }
        }
        selector.into()
    }
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
