//! Counts of the slices of a side.

use std::collections::BTreeSet;

use autometrics_context::source::{Error, Side};
use autometrics_schema::{label, metric};
use slo_spec::promql::{Expr, Window};

use super::{
    answers::{failed, invalid},
    growth::Scope,
    observed::Observed,
    series::Series,
    source::Fleet,
    steps::Steps,
    tally::Tally,
};

impl Fleet<'_> {
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
    pub(super) fn observed(&self, scope: &Scope, steps: Steps) -> Result<Observed, Error> {
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

    pub(super) fn steps(&self, side: &Side, count: u32) -> Steps {
        Steps::new(self.answers.at, side, count)
    }

    /// Returns the programs of a side.
    pub(super) fn versioned(&self, side: &Side) -> Scope {
        Scope {
            version: side.version.clone(),
            ..self.scope.clone()
        }
    }

    /// Returns the observed seconds of each slice: 0 for a slice whose calls are left out.
    fn seconds(&self, scope: &Scope, steps: Steps, count: usize) -> Result<Vec<f64>, Error> {
        let observed = self.observed(scope, steps)?;
        let mut seconds = observed.seconds(steps.window.as_f64(), count);
        if let Some(counted) = scope.counted(steps.window).map_err(invalid)? {
            let counted = self.answers.range(&counted, steps)?;
            let values = counted.iter().flat_map(Series::values);
            let slices: BTreeSet<_> = values.map(|(at, _)| steps.slice(at)).collect();
            for (slice, seconds) in seconds.iter_mut().enumerate() {
                if !slices.contains(&slice) {
                    *seconds = 0.0;
                }
            }
        }
        Ok(seconds)
    }

    pub(super) fn tallies(
        &self,
        scope: &Scope,
        steps: Steps,
        count: usize,
    ) -> Result<Vec<Tally>, Error> {
        let mut tallies = vec![Tally::default(); count];
        let seconds = self.seconds(scope, steps, count)?;
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
    pub(super) fn no_calls(&self, side: &Side, version: &str) -> Result<Error, Error> {
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
