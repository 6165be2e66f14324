//! Counts of one slice of time, collected from the answers to several queries.

use std::collections::BTreeMap;

use autometrics_context::calls::{
    Bucket, Caller, Calls, Counts, Distribution, EdgeCalls, FlowCalls, FunctionCalls, Name,
};
use autometrics_schema::{OVERFLOW, label};

use super::series::Series;

/// Caller as in the labels of a series.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum CallerLabels {
    Function(Name),
    Remote(String, Name),
    Uninstrumented,
    Overflow,
}

/// Counts of a slice of time.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) seconds: f64,
    functions: BTreeMap<Name, FunctionCalls>,
    edges: BTreeMap<(Name, CallerLabels), Edge>,
    flows: BTreeMap<(Name, String), Counts>,
    /// Cumulative counts of classic buckets, by upper bound.
    classic: BTreeMap<Name, Vec<(f64, f64)>>,
    /// Sums of classic histograms.
    sums: BTreeMap<Name, f64>,
}

#[derive(Clone, Debug, Default)]
struct Edge {
    counts: Counts,
    /// Sum of latencies, if the program exports it by caller.
    seconds: Option<f64>,
    latencies: Option<Distribution>,
}

fn name(series: &Series) -> Name {
    Name::new(series.label(label::MODULE), series.label(label::FUNCTION))
}

/// Returns the caller of a series. A caller in another program that is one of the `services` is a
/// function like any other.
fn caller(series: &Series, services: &[String]) -> CallerLabels {
    let function = series.label(label::CALLER_FUNCTION);
    let service = series.label(label::CALLER_SERVICE);
    let name = Name::new(series.label(label::CALLER_MODULE), function);
    match function {
        "" => CallerLabels::Uninstrumented,
        OVERFLOW => CallerLabels::Overflow,
        _ if service.is_empty() || services.iter().any(|it| it == service) => {
            CallerLabels::Function(name)
        }
        _ => CallerLabels::Remote(service.to_owned(), name),
    }
}

impl Tally {
    fn function(&mut self, name: &Name) -> &mut FunctionCalls {
        self.functions
            .entry(name.clone())
            .or_insert_with(|| FunctionCalls {
                name: name.clone(),
                ..FunctionCalls::default()
            })
    }

    pub(super) fn add_calls(&mut self, series: &Series, services: &[String], calls: f64) {
        if calls <= 0.0 {
            return;
        }
        let name = name(series);
        let is_error = series.label(label::RESULT) == "error";
        let counts = Counts {
            calls,
            errors: if is_error { calls } else { 0.0 },
            seconds: 0.0,
        };
        let function = self.function(&name);
        function.counts.add(counts);
        if is_error {
            let kind = series.label(label::ERROR).to_owned();
            *function.kinds.entry(kind).or_default() += calls;
        }
        let caller = caller(series, services);
        if let CallerLabels::Function(caller) = &caller {
            // Its own calls may not be finished yet.
            self.function(caller);
        }
        self.edges
            .entry((name, caller))
            .or_default()
            .counts
            .add(counts);
    }

    pub(super) fn add_flow(&mut self, series: &Series, calls: f64) {
        if calls <= 0.0 {
            return;
        }
        let is_error = series.label(label::RESULT) == "error";
        let key = (name(series), series.label(label::FLOW).to_owned());
        self.flows.entry(key).or_default().add(Counts {
            calls,
            errors: if is_error { calls } else { 0.0 },
            seconds: 0.0,
        });
    }

    pub(super) fn add_histogram(&mut self, series: &Series, latencies: &Distribution, sum: f64) {
        let Some(function) = self.functions.get_mut(&name(series)) else {
            return;
        };
        function.latencies.merge(latencies);
        function.counts.seconds += sum;
    }

    pub(super) fn add_bucket(&mut self, series: &Series, calls: f64) {
        if let Ok(bound) = series.label(label::LE).parse() {
            self.classic
                .entry(name(series))
                .or_default()
                .push((bound, calls));
        }
    }

    pub(super) fn add_sum(&mut self, series: &Series, seconds: f64) {
        *self.sums.entry(name(series)).or_default() += seconds;
    }

    pub(super) fn add_edge_histogram(
        &mut self,
        series: &Series,
        services: &[String],
        latencies: &Distribution,
        sum: f64,
    ) {
        if let Some(edge) = self
            .edges
            .get_mut(&(name(series), caller(series, services)))
        {
            edge.latencies.get_or_insert_default().merge(latencies);
            *edge.seconds.get_or_insert_default() += sum;
        }
    }

    pub(super) fn add_edge_sum(&mut self, series: &Series, services: &[String], seconds: f64) {
        if let Some(edge) = self
            .edges
            .get_mut(&(name(series), caller(series, services)))
        {
            // Native histograms have a sum of their own.
            if edge.latencies.is_none() {
                *edge.seconds.get_or_insert_default() += seconds;
            }
        }
    }

    /// Returns the calls.
    pub(super) fn calls(mut self) -> Calls {
        for (name, function) in &mut self.functions {
            if function.latencies.count() > 0.0 {
                continue;
            }
            function.counts.seconds = self.sums.get(name).copied().unwrap_or(0.0);
            if let Some(cumulative) = self.classic.remove(name) {
                function.latencies = buckets(cumulative);
            }
        }
        let places: BTreeMap<_, _> = self.functions.keys().cloned().zip(0..).collect();
        let functions: Vec<_> = self.functions.into_values().collect();
        let edges = self
            .edges
            .into_iter()
            .filter_map(|((callee, caller), edge)| {
                let callee = *places.get(&callee)?;
                let caller = match caller {
                    CallerLabels::Function(name) => Caller::Function(*places.get(&name)?),
                    CallerLabels::Remote(service, name) => Caller::Remote(service, name),
                    CallerLabels::Uninstrumented => Caller::Uninstrumented,
                    CallerLabels::Overflow => Caller::Overflow,
                };
                let of_callee = functions[callee].counts.mean_seconds().unwrap_or(0.0);
                let seconds = edge.seconds.unwrap_or(edge.counts.calls * of_callee);
                Some(EdgeCalls {
                    caller,
                    callee,
                    counts: Counts {
                        seconds,
                        ..edge.counts
                    },
                    latencies: edge.latencies,
                })
            });
        let edges = edges.collect();
        let flows = self.flows.into_iter().filter_map(|((name, flow), counts)| {
            Some(FlowCalls {
                function: *places.get(&name)?,
                flow,
                counts,
            })
        });
        Calls {
            seconds: self.seconds,
            flows: flows.collect(),
            functions,
            edges,
        }
        .sorted()
    }
}

/// Returns the buckets of a classic histogram, whose counts are cumulative.
fn buckets(mut cumulative: Vec<(f64, f64)>) -> Distribution {
    cumulative.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut lower, mut below) = (0.0, 0.0);
    let buckets = cumulative.into_iter().map(|(upper, calls)| {
        let bucket = Bucket {
            lower,
            upper,
            // Estimates of two buckets may differ by rounding.
            calls: f64::max(calls - below, 0.0),
        };
        (lower, below) = (upper, f64::max(calls, below));
        bucket
    });
    Distribution::new(buckets)
}

#[cfg(test)]
mod tests {
    use super::buckets;

    #[test]
    fn classic_buckets_are_cumulative() {
        let found = buckets(vec![
            (f64::INFINITY, 7.0),
            (0.1, 2.0),
            (0.2, 5.0),
            (0.4, 5.0),
        ]);
        let shown: Vec<_> = found
            .buckets()
            .iter()
            .map(|it| (it.lower, it.upper, it.calls))
            .collect();
        assert_eq!(
            shown,
            [(0.0, 0.1, 2.0), (0.1, 0.2, 3.0), (0.4, f64::INFINITY, 2.0)]
        );
    }
}
