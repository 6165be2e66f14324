//! The source of `autometrics-context` over a Prometheus.

use std::collections::BTreeSet;

use autometrics_context::{
    calls::{Calls, Name},
    source::{Catalog, Error, Event, Exemplar, Objective, Origin, Sample, Side, Source},
};
use autometrics_schema::{label, metric};
use slo_spec::promql::{Expr, Selector, SelectorError, Window};

use super::{
    answers::{Answers, failed, invalid},
    catalog, changes, exemplars,
    growth::Scope,
    moment, objectives,
    objectives::Promises,
    observed::Observed,
    options::FleetOptions,
    series::Series,
    services,
    steps::Steps,
    tally::Tally,
    targets::Targets,
};
use crate::{error::Kind, program::Program};

/// Time in which exemplars are searched, in seconds.
const EXEMPLARS: f64 = 3600.0;

/// All programs that a Prometheus scrapes, at one moment.
#[derive(Debug)]
pub(crate) struct Fleet<'p> {
    answers: Answers,
    scope: Scope,
    targets: Targets,
    program: Option<&'p Program>,
}

impl<'p> Fleet<'p> {
    /// Connects to the Prometheus, and finds the programs. `program` has the places of functions.
    ///
    /// # Errors
    ///
    /// Returns an error if an option is invalid, if Prometheus does not answer, if it has no program
    /// or not the selected one, or if it has several services and none is selected.
    pub(crate) fn new(
        options: &FleetOptions,
        program: Option<&'p Program>,
    ) -> Result<Self, crate::Error> {
        let client = options.connection.client()?;
        let at = options.at.unwrap_or_else(moment::now);
        let mut fleet = Self {
            answers: Answers::new(client, at),
            scope: Scope {
                services: options.connection.service.clone(),
                version: None,
            },
            targets: Targets::default(),
            program,
        };
        let builds = fleet
            .scope
            .builds()
            .map_err(|source| Kind::Query { source })?;
        fleet.targets = Targets::new(&fleet.answers.ask(&Expr::from(builds).to_string())?);
        services::check(&fleet.answers, &fleet.scope, &fleet.targets)?;
        Ok(fleet)
    }

    /// Returns the name of the service; empty if there are several.
    pub(crate) fn only_service(&self) -> &str {
        let services = if self.scope.services.is_empty() {
            &self.targets.services
        } else {
            &self.scope.services
        };
        match &services[..] {
            [only] => only,
            _ => "",
        }
    }

    /// Returns the URL of Prometheus' graph of a query.
    pub(crate) fn graph_url(&self, query: &str) -> String {
        let query = crate::prometheus::encoded(query);
        format!(
            "{}/graph?g0.expr={query}&g0.tab=0",
            self.answers.client.url()
        )
    }

    /// Passes each value of the growth of `metric`, summed by `labels`, to `add`.
    fn sum(
        &self,
        scope: &Scope,
        metric: &str,
        labels: &[&str],
        steps: Steps,
        mut add: impl FnMut(usize, &Series, f64),
    ) -> Result<(), Error> {
        let query = scope.growth(metric, steps.window).map_err(invalid)?;
        let query = query.sum_by(labels.iter().copied());
        for series in self.answers.range(&query, steps)?.iter() {
            for (at, value) in series.values() {
                add(steps.slice(at), series, value);
            }
        }
        Ok(())
    }

    /// Returns the time within the slices in which the programs of `scope` were observed.
    fn observed(&self, scope: &Scope, steps: Steps) -> Result<Observed, Error> {
        let query = scope.observed().map_err(invalid)?;
        Observed::ask(&self.answers, &query, steps)
    }

    /// Returns `true` if both sides are versions, and no program had one of them while a program had
    /// the other.
    ///
    /// # Errors
    ///
    /// Returns an error if Prometheus does not answer.
    pub(crate) fn is_apart(&self, sides: [&Side; 2]) -> Result<bool, Error> {
        let mut bounds = Vec::new();
        for side in sides.into_iter().filter(|side| side.version.is_some()) {
            let observed = self.observed(&self.versioned(side), self.steps(side, 1))?;
            bounds.extend(observed.bounds());
        }
        Ok(match bounds[..] {
            [[from, to], [other_from, other_to]] => to <= other_from || other_to <= from,
            _ => false,
        })
    }

    fn steps(&self, side: &Side, count: u32) -> Steps {
        Steps::new(self.answers.at, side, count)
    }

    /// Returns the programs of a side.
    fn versioned(&self, side: &Side) -> Scope {
        Scope {
            version: side.version.clone(),
            ..self.scope.clone()
        }
    }

    fn tallies(&self, scope: &Scope, steps: Steps, count: usize) -> Result<Vec<Tally>, Error> {
        let mut tallies = vec![Tally::default(); count];
        let observed = self.observed(scope, steps)?;
        let mut seconds = observed.seconds(steps.window.as_f64(), count);
        if let Some(counted) = scope.counted(steps.window).map_err(invalid)? {
            let counted = self.answers.range(&counted, steps)?;
            let values = counted.iter().flat_map(|series| series.values());
            let slices: BTreeSet<_> = values.map(|(at, _)| steps.slice(at)).collect();
            for (slice, seconds) in seconds.iter_mut().enumerate() {
                if !slices.contains(&slice) {
                    *seconds = 0.0;
                }
            }
        }
        for (tally, seconds) in tallies.iter_mut().zip(seconds) {
            tally.seconds = seconds;
        }
        let function = [label::FUNCTION, label::MODULE];
        let [name, module] = function;
        let caller = [
            label::CALLER_FUNCTION,
            label::CALLER_MODULE,
            label::CALLER_SERVICE,
        ];
        let edge = [&function[..], &caller].concat();
        let services = &self.targets.services;
        let calls = [&edge[..], &[label::RESULT, label::ERROR]].concat();
        self.sum(
            scope,
            metric::CALLS.name,
            &calls,
            steps,
            |at, series, value| {
                if let Some(tally) = tallies.get_mut(at) {
                    tally.add_calls(series, services, value);
                }
            },
        )?;
        let flow = [name, module, label::FLOW, label::RESULT];
        self.sum(
            scope,
            metric::FLOW_CALLS.name,
            &flow,
            steps,
            |at, series, value| {
                if let Some(tally) = tallies.get_mut(at) {
                    tally.add_flow(series, value);
                }
            },
        )?;
        let bucket = [name, module, label::LE];
        let of = |metric: &str, suffix: &str| format!("{metric}_{suffix}");
        let duration = metric::DURATION.name;
        self.sum(
            scope,
            &of(duration, "bucket"),
            &bucket,
            steps,
            |at, series, value| {
                if let Some(tally) = tallies.get_mut(at) {
                    tally.add_bucket(series, value);
                }
            },
        )?;
        self.sum(
            scope,
            &of(duration, "sum"),
            &function,
            steps,
            |at, series, value| {
                if let Some(tally) = tallies.get_mut(at) {
                    tally.add_sum(series, value);
                }
            },
        )?;
        let by_caller = metric::DURATION_BY_CALLER.name;
        for (metric, labels) in [(duration, &function[..]), (by_caller, &edge)] {
            let query = scope.growth(metric, steps.window).map_err(invalid)?;
            let query = query.sum_by(labels.iter().copied());
            for series in self.answers.range(&query, steps)?.iter() {
                for (at, latencies, sum) in series.histograms() {
                    let Some(tally) = tallies.get_mut(steps.slice(at)) else {
                        continue;
                    };
                    if metric == duration {
                        tally.add_histogram(series, &latencies, sum);
                    } else {
                        tally.add_edge_histogram(series, services, &latencies, sum);
                    }
                }
            }
        }
        self.sum(
            scope,
            &of(by_caller, "sum"),
            &edge,
            steps,
            |at, series, value| {
                if let Some(tally) = tallies.get_mut(at) {
                    tally.add_edge_sum(series, services, value);
                }
            },
        )?;
        Ok(tallies)
    }

    /// Returns the error for a version without calls.
    fn no_calls(&self, side: &Side, version: &str) -> Result<Error, Error> {
        let builds = self.scope.builds().map_err(invalid)?;
        let day = Expr::Range(builds, Window::days(1));
        let query = Expr::Call("last_over_time", vec![day]).group_by([label::VERSION]);
        let series = self.answers.ask(&query.to_string()).map_err(failed)?;
        let versions = series.iter().map(|it| it.label(label::VERSION));
        let mut known: Vec<_> = versions.filter(|it| !it.is_empty()).collect();
        known.sort_unstable();
        let window = span(side);
        let shown = autometrics_context::text::quoted(version, 80);
        Ok(Error::question(if known.contains(&version) {
            format!(
                "version `{shown}` has no calls {window}, or each of its programs changed the \
                 version within them: choose another window, such as `version:{shown}@1h`"
            )
        } else {
            let known = match &known[..] {
                [] => "no program of the last day has a version".to_owned(),
                known => format!("versions of the last day: {}", known.join(", ")),
            };
            format!("there is no version `{shown}`; {known}")
        }))
    }
}

/// Returns the time of a side, such as `in the last 6h`.
fn span(side: &Side) -> String {
    let window = Steps::new(0.0, side, 1).window;
    let ago = Steps::new(0.0, &Side::last(side.ago), 1).window;
    if side.ago < 1.0 {
        format!("in the last {window}")
    } else {
        format!("in the {window} that ended {ago} ago")
    }
}

impl Source for Fleet<'_> {
    fn origin(&self) -> Result<Origin, Error> {
        let services = if self.scope.services.is_empty() {
            &self.targets.services
        } else {
            &self.scope.services
        };
        Ok(Origin {
            kind: "prometheus",
            service: services.join(", "),
            versions: self.targets.versions.clone(),
            replicas: self.targets.count,
            at: self.answers.at,
            since: None,
        })
    }

    fn catalog(&self) -> Result<Catalog, Error> {
        let calls = self.scope.select(metric::CALLS.name).map_err(invalid)?;
        let query = Expr::from(calls).group_by([label::FUNCTION, label::MODULE]);
        let series = self.answers.ask(&query.to_string()).map_err(failed)?;
        let seen = series
            .iter()
            .map(|it| Name::new(it.label(label::MODULE), it.label(label::FUNCTION)));
        let build = self.targets.build.as_ref();
        Ok(catalog::new(self.program, seen.collect(), build))
    }

    fn calls(&self, side: &Side) -> Result<Calls, Error> {
        let mut slices = self.slices(side, 1)?;
        Ok(slices.pop().unwrap_or_default())
    }

    fn slices(&self, side: &Side, count: u32) -> Result<Vec<Calls>, Error> {
        let steps = self.steps(side, count);
        let tallies = self.tallies(&self.versioned(side), steps, count.max(1) as usize)?;
        let slices: Vec<_> = tallies.into_iter().map(Tally::calls).collect();
        match &side.version {
            Some(version) if slices.iter().all(|slice| slice.functions.is_empty()) => {
                Err(self.no_calls(side, version)?)
            }
            _ => Ok(slices),
        }
    }

    fn objectives(&self) -> Result<Vec<Objective>, Error> {
        let mut promises = Promises::default();
        let labels = [
            label::OBJECTIVE_NAME,
            label::SLI,
            label::OBJECTIVE_PERCENTILE,
            label::OBJECTIVE_LATENCY_THRESHOLD,
            label::OUTCOME,
            label::FUNCTION,
            label::MODULE,
        ];
        let windows = objectives::windows(self.program);
        let longest = windows.last().map_or(1.0, |window| window.as_f64());
        let steps = self.steps(&Side::last(longest), 1);
        let observed = self.observed(&self.scope, steps)?.age();
        for &window in objectives::useful(&windows, observed) {
            let growth = self.scope.growth(metric::OBJECTIVE_CALLS.name, window);
            let query = growth.map_err(invalid)?.sum_by(labels);
            for series in self.answers.ask(&query.to_string()).map_err(failed)?.iter() {
                promises.add(window, series, series.value().unwrap_or(0.0));
            }
        }
        Ok(promises.objectives(self.program, observed))
    }

    fn events(&self) -> Result<Vec<Event>, Error> {
        Err(Error::source(
            "Prometheus has no events; the program itself has them: ask the tools at `/mcp` of its explorer",
        ))
    }

    fn exemplars(&self, function: &Name) -> Result<Vec<Exemplar>, Error> {
        let of = |metric: &str| -> Result<Selector, SelectorError> {
            self.scope
                .select(metric)?
                .equal(label::FUNCTION, &function.function)?
                .equal(label::MODULE, &function.module)
        };
        let native = of(metric::DURATION.name).map_err(invalid)?;
        let classic = of(&format!("{}_bucket", metric::DURATION.name)).map_err(invalid)?;
        let query = Expr::from(native).join(slo_spec::promql::Operator::Or, classic.into());
        let [start, end] =
            [self.answers.at - EXEMPLARS, self.answers.at].map(|at| format!("{at:.3}"));
        let query = query.to_string();
        let parameters = [("query", &*query), ("start", &start), ("end", &end)];
        let answer = self
            .answers
            .client
            .request("/api/v1/query_exemplars", &parameters);
        answer.map(exemplars::read).map_err(failed)
    }

    fn changed_places(&self, range: &str) -> Result<Vec<String>, Error> {
        changes::places(range)
    }

    fn evaluate(&self, query: &str) -> Result<Option<Vec<Sample>>, Error> {
        let series = self.answers.ask(query).map_err(failed)?;
        let samples = series.iter().filter_map(|series| {
            Some(Sample {
                labels: series.metric.clone().into_iter().collect(),
                value: series.value()?,
            })
        });
        Ok(Some(samples.collect()))
    }
}
