//! Objectives with the counters of their events.

use std::time::Duration;

use super::{Expr, Selector, Window};
use crate::Percent;

/// Objective as input of rule generation: its targets, with the series of good and bad events.
///
/// ```
/// use slo_spec::Percent;
/// use slo_spec::rules::{Events, Samples, Selector, Sli, Slo, Window};
///
/// let calls = Selector::new("http_requests_total")?.equal("job", "api")?;
/// let samples = Samples::of("500").excluding("200");
/// let errors = calls.clone().matches("code", "5..", samples)?;
/// let slo = Slo::new("api", Window::days(30))
///     .owner("platform")
///     .sli(Sli::new("success", Percent::new(99.9), calls, Events::Bad(errors)));
/// assert_eq!(slo.slis.len(), 1);
/// # Ok::<(), slo_spec::rules::SelectorError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slo {
    /// Name, unique among objectives with the same [`labels`](Self::labels).
    pub name: String,
    /// Labels that tell it from objectives of the same name elsewhere, such as the package. All its
    /// rules have them; its counters are selected without them.
    pub labels: Vec<(String, String)>,
    /// Period of the error budget.
    pub period: Window,
    /// Team or person that is notified.
    pub owner: Option<String>,
    /// Link to the instructions for the owner.
    pub runbook: Option<String>,
    /// Command that finds the cause of an alert, for the annotation `command`.
    pub command: Option<Command>,
    /// Indicators with their targets; each has its own error budget.
    pub slis: Vec<Sli>,
    /// Parts of the system that the objective covers, one line each, for annotations: for example,
    /// functions with file and line.
    pub parts: Vec<String>,
}

/// Command line that a person runs after an alert.
///
/// ```
/// use slo_spec::rules::Command;
///
/// let command = Command::new("find-cause --objective api").option("--service", "service_name");
/// assert_eq!(command.options.len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Beginning of the command line, quoted for a shell where necessary.
    pub text: String,
    /// Options, each with the label of the alert whose value it gets. The value is quoted for a
    /// shell. An alert without the label has no such option.
    pub options: Vec<(String, String)>,
}

/// Service level indicator: the share of good events, and its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sli {
    /// Kind that tells it from other indicators of the objective: `success`, `latency`.
    pub kind: String,
    /// Share of events that must be good.
    pub target: Percent,
    /// Longest time of a good event, for latencies.
    pub threshold: Option<Duration>,
    /// Counters of all events.
    pub total: Selector,
    /// `true` if the counters of good and bad events exist, with value 0, before the first event.
    /// Default: `false`, and a missing counter of bad events means that there are none.
    pub counted_from_zero: bool,
    /// Counters of the good or of the bad events among them.
    pub events: Events,
    /// Queries for annotations, before that of the burn rates.
    pub queries: Vec<Query>,
}

/// Counters of the good or of the bad events; the others are the rest of all events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Events {
    /// Counters of good events.
    Good(Selector),
    /// Counters of bad events, which use up the budget.
    Bad(Selector),
}

/// Query with a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Title of the result.
    pub title: String,
    /// Query over all services. In an alert, its selectors are restricted to
    /// [`Options::scope`](super::Options::scope) and to the alert's grouping labels.
    pub query: Expr,
}

impl Slo {
    /// Creates an objective without indicators.
    pub fn new(name: impl Into<String>, period: Window) -> Self {
        Self {
            name: name.into(),
            labels: Vec::new(),
            period,
            owner: None,
            runbook: None,
            command: None,
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

    /// Sets the owner, who is notified.
    #[must_use]
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Sets the link to the owner's instructions.
    #[must_use]
    pub fn runbook(mut self, url: impl Into<String>) -> Self {
        self.runbook = Some(url.into());
        self
    }

    /// Sets the command that finds the cause of an alert.
    #[must_use]
    pub fn command(mut self, command: Command) -> Self {
        self.command = Some(command);
        self
    }

    /// Adds an indicator.
    #[must_use]
    pub fn sli(mut self, sli: Sli) -> Self {
        self.slis.push(sli);
        self
    }

    /// Adds a line about a part of the system that the objective covers.
    #[must_use]
    pub fn part(mut self, part: impl Into<String>) -> Self {
        self.parts.push(part.into());
        self
    }
}

impl Command {
    /// Creates a command without options.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            options: Vec::new(),
        }
    }

    /// Adds an option with the value of the alert's label `label`.
    #[must_use]
    pub fn option(mut self, option: impl Into<String>, label: impl Into<String>) -> Self {
        self.options.push((option.into(), label.into()));
        self
    }
}

impl Sli {
    /// Creates an indicator without a latency threshold.
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

    /// Declares that all counters exist, with value 0, before the first event.
    #[must_use]
    pub fn counted_from_zero(mut self) -> Self {
        self.counted_from_zero = true;
        self
    }

    /// Sets the longest time of a good event.
    #[must_use]
    pub fn threshold(mut self, threshold: Duration) -> Self {
        self.threshold = Some(threshold);
        self
    }

    /// Adds a query to the annotations of alerts, before that of the burn rates.
    #[must_use]
    pub fn query(mut self, title: impl Into<String>, query: Expr) -> Self {
        self.queries.push(Query {
            title: title.into(),
            query,
        });
        self
    }

    /// Returns the selector of good events if it is a bucket of the histogram that `total` counts.
    /// A missing bucket is missing data, and not a bad event.
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

    /// Returns the target as a sentence without a full stop.
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
