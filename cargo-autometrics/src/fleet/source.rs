//! The source of `autometrics-context` over a Prometheus.

use autometrics_context::{
    calls::{Calls, Name},
    source::{Catalog, Error, Event, Exemplar, Objective, Origin, Sample, Side, Source},
};
use autometrics_schema::{label, metric};
use slo_spec::promql::{Expr, Selector, SelectorError};

use super::{
    answers::{Answers, failed, invalid},
    catalog, changes, exemplars,
    growth::Scope,
    moment, objectives,
    objectives::Promises,
    options::FleetOptions,
    services,
    tally::Tally,
    targets::Targets,
};
use crate::{error::Kind, program::Program};

/// Time in which exemplars are searched, in seconds.
const EXEMPLARS: f64 = 3600.0;

/// All programs that a Prometheus scrapes, at one moment.
#[derive(Debug)]
pub(crate) struct Fleet<'p> {
    pub(super) answers: Answers,
    pub(super) scope: Scope,
    pub(super) targets: Targets,
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
}

impl Source for Fleet<'_> {
    fn origin(&self) -> Result<Origin, Error> {
        let services = if self.scope.services.is_empty() {
            &self.targets.services
        } else {
            &self.scope.services
        };
        let query = self.scope.time_by_caller().map_err(invalid)?;
        let by_caller = self.answers.ask(&query.to_string()).map_err(failed)?;
        Ok(Origin {
            kind: "prometheus",
            service: services.join(", "),
            versions: self.targets.versions.clone(),
            replicas: self.targets.count,
            at: self.answers.at,
            since: None,
            time_by_caller: !by_caller.is_empty(),
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

#[cfg(test)]
mod tests {
    use autometrics_context::source::Source as _;
    use test_harness::{HttpServer, response};

    use super::Fleet;
    use crate::{fleet::FleetOptions, prometheus::Connection};

    /// Returns `time_by_caller` over a Prometheus whose queries have a result if they contain one of
    /// the texts.
    fn time_by_caller(known: &'static [&str]) -> bool {
        let server = HttpServer::start(|request| {
            let is_known = known.iter().any(|text| request.target().contains(text));
            let row = if is_known { r#"{"metric":{}}"# } else { "" };
            let body = format!(r#"{{"status":"success","data":{{"result":[{row}]}}}}"#);
            response("200 OK", &body)
        });
        let options = FleetOptions {
            connection: Connection {
                from: Some(server.url()),
                ..Connection::default()
            },
            at: Some(1.0),
        };
        let fleet = Fleet::new(&options, None).unwrap();
        fleet.origin().unwrap().time_by_caller
    }

    #[test]
    fn time_by_caller_needs_its_metric() {
        assert!(!time_by_caller(&["build_info"]));
        assert!(time_by_caller(&[
            "build_info",
            "function_calls_duration_by_caller_seconds_sum",
        ]));
    }
}
