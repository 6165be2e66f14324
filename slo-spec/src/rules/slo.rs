//! An objective together with where its events are counted.

use std::time::Duration;

use super::{Expr, Selector, Window};
use crate::Percent;

/// An objective as rules are generated from it: what is promised, and which
/// series tell whether it is kept.
///
/// ```
/// use slo_spec::Percent;
/// use slo_spec::rules::{Events, Samples, Selector, Sli, Slo, Window};
///
/// let calls = Selector::new("http_requests_total")?.equal("job", "api")?;
/// let errors = calls.clone().matches("code", "5..", Samples::of("500").but("200"))?;
/// let slo = Slo::new("api", Window::days(30))
///     .owner("platform")
///     .sli(Sli::new("success", Percent::new(99.9), calls, Events::Bad(errors)));
/// assert_eq!(slo.slis.len(), 1);
/// # Ok::<(), slo_spec::rules::SelectorError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slo {
    /// Its name, unique among those with the same [`labels`](Self::labels).
    pub name: String,
    /// Labels that tell it from objectives of the same name elsewhere, such as the
    /// package. All its rules carry them; its counters are selected without them.
    pub labels: Vec<(String, String)>,
    /// The period over which the error budget is spent.
    pub period: Window,
    /// Team or person that is notified.
    pub owner: Option<String>,
    /// Address of the instructions for them.
    pub runbook: Option<String>,
    /// Promises; each has its own error budget.
    pub slis: Vec<Sli>,
    /// Parts of the system that it is about, one line each, for annotations: functions
    /// with file and line, say.
    pub parts: Vec<String>,
}

/// One service level indicator: the share of good events, and its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sli {
    /// Its kind, which tells it from others of the objective: `success`, `latency`.
    pub kind: String,
    /// The share of events that must be good.
    pub target: Percent,
    /// For latencies, the longest time that is good.
    pub threshold: Option<Duration>,
    /// All events, as counters.
    pub total: Selector,
    /// Set if the counters of good and bad events exist, with value 0, before the
    /// first event. Default: no, and then bad events without a counter are none.
    pub counted_from_zero: bool,
    /// The good or the bad ones among them.
    pub events: Events,
    /// Queries for annotations, before that of the burn rates.
    pub queries: Vec<Query>,
}

/// Counters of some of the events; the others are the rest of all events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Events {
    /// Those that are as they should be.
    Good(Selector),
    /// Those that use up the budget.
    Bad(Selector),
}

/// A query with what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Name of the result.
    pub title: String,
    /// The query, about all services. In an alert, its selectors also ask for
    /// [`Options::scope`](super::Options::scope) and the alert's grouping labels.
    pub query: Expr,
}

impl Slo {
    /// An objective that promises nothing yet.
    pub fn new(name: impl Into<String>, period: Window) -> Self {
        Self {
            name: name.into(),
            labels: Vec::new(),
            period,
            owner: None,
            runbook: None,
            slis: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Adds a label that tells it from objectives of the same name elsewhere.
    #[must_use]
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.push((name.into(), value.into()));
        self
    }

    /// Sets who is told.
    #[must_use]
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Sets where it says what to do.
    #[must_use]
    pub fn runbook(mut self, url: impl Into<String>) -> Self {
        self.runbook = Some(url.into());
        self
    }

    /// Adds a promise.
    #[must_use]
    pub fn sli(mut self, sli: Sli) -> Self {
        self.slis.push(sli);
        self
    }

    /// Adds a line on what it is about.
    #[must_use]
    pub fn part(mut self, part: impl Into<String>) -> Self {
        self.parts.push(part.into());
        self
    }
}

impl Sli {
    /// An indicator of events that are just good or bad.
    pub fn new(kind: impl Into<String>, target: Percent, total: Selector, events: Events) -> Self {
        Self {
            kind: kind.into(),
            target,
            threshold: None,
            total,
            counted_from_zero: false,
            events,
            queries: Vec::new(),
        }
    }

    /// Says that all counters exist, with value 0, before the first event.
    #[must_use]
    pub fn counted_from_zero(mut self) -> Self {
        self.counted_from_zero = true;
        self
    }

    /// Says that good events are those that took at most so long.
    #[must_use]
    pub fn threshold(mut self, threshold: Duration) -> Self {
        self.threshold = Some(threshold);
        self
    }

    /// Adds a query to look at first.
    #[must_use]
    pub fn query(mut self, title: impl Into<String>, query: Expr) -> Self {
        self.queries.push(Query {
            title: title.into(),
            query,
        });
        self
    }

    /// The good events, if they are a bucket of the histogram whose events `total`
    /// counts. A missing bucket is missing data and no bad event.
    pub(super) fn bucket(&self) -> Option<&Selector> {
        let Events::Good(good) = &self.events else {
            return None;
        };
        let histogram = good.metric.strip_suffix("_bucket")?;
        let total = self.total.metric.strip_prefix(histogram)?;
        let but_le = |selector: &Selector| {
            let matchers = selector.matchers.iter().filter(|it| it.label != "le");
            matchers.cloned().collect::<Vec<_>>()
        };
        let is_histogram = ["_count", "_bucket"].contains(&total);
        let has_bound = good.matchers.iter().any(|it| it.label == "le");
        (is_histogram && has_bound && but_le(good) == but_le(&self.total)).then_some(good)
    }

    /// Returns the promise as a sentence without a full stop.
    pub fn promise(&self, period: Window) -> String {
        match self.threshold {
            None => format!("{} % of calls succeed, over {period}", self.target),
            Some(threshold) => format!(
                "{} % of calls take at most {threshold:?}, over {period}",
                self.target
            ),
        }
    }
}
