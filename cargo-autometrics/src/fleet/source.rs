//! The source of `autometrics-context` over a Prometheus.

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
    options::FleetOptions,
    series::Series,
    steps::Steps,
    tally::Tally,
    targets::Targets,
};
use crate::{error::Kind, program::Program};

/// Number of parts in which the observed time of a window is measured.
const PARTS: u32 = 30;
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
    /// Returns an error if an option is invalid, if Prometheus does not answer, or if it has several
    /// services and none is selected.
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
        if fleet.scope.services.is_empty() && fleet.targets.services.len() > 1 {
            return Err(Kind::Services {
                url: fleet.answers.client.url().to_owned(),
                services: fleet.targets.services.clone(),
            }
            .into());
        }
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

    fn tallies(&self, scope: &Scope, steps: Steps, count: usize) -> Result<Vec<Tally>, Error> {
        let mut tallies = vec![Tally::default(); count];
        let step = Window::seconds((steps.window.as_seconds() / PARTS).max(1));
        let observed = scope.observed(steps.window, step).map_err(invalid)?;
        for series in self.answers.range(&observed, steps)?.iter() {
            for (at, parts) in series.values() {
                if let Some(tally) = tallies.get_mut(steps.slice(at)) {
                    let seconds = parts * step.as_f64();
                    tally.seconds = seconds.min(steps.window.as_f64());
                }
            }
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
        let mut known: Vec<_> = series.iter().map(|it| it.label(label::VERSION)).collect();
        known.sort_unstable();
        let window = format!(
            "{} s that ended {} s ago",
            side.window.round(),
            side.ago.round()
        );
        let shown = autometrics_context::text::quoted(version, 80);
        Ok(Error::question(if known.contains(&version) {
            format!(
                "version `{shown}` has no calls in the {window}, or each of its programs changed the \
                 version within them: choose another window, such as `version:{shown}@1h`"
            )
        } else {
            let known = if known.is_empty() {
                "none".to_owned()
            } else {
                known.join(", ")
            };
            format!("there is no version `{shown}`; versions of the last day: {known}")
        }))
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
        let steps = Steps::new(self.answers.at, side, count);
        let scope = Scope {
            version: side.version.clone(),
            ..self.scope.clone()
        };
        let tallies = self.tallies(&scope, steps, count.max(1) as usize)?;
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
        for window in objectives::windows(self.program) {
            let growth = self.scope.growth(metric::OBJECTIVE_CALLS.name, window);
            let query = growth.map_err(invalid)?.sum_by(labels);
            for series in self.answers.ask(&query.to_string()).map_err(failed)?.iter() {
                promises.add(window, series, series.value().unwrap_or(0.0));
            }
        }
        Ok(promises.objectives(self.program))
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
