//! Call graph with the loads of two windows.

use std::collections::BTreeMap;

use crate::calls::{Caller, Calls, Counts, Name};

/// Quantity that a walk follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Number of failed calls.
    Errors,
    /// Time that calls took, in seconds.
    Time,
}

impl Measure {
    /// Returns the SLI whose promises it explains: `success` for errors, `latency` for time.
    pub fn sli(self) -> &'static str {
        match self {
            Self::Errors => "success",
            Self::Time => "latency",
        }
    }
}

/// Calls, errors and time per second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Load {
    pub(crate) calls: f64,
    pub(crate) errors: f64,
    /// Seconds that the calls took, per second.
    pub(crate) time: f64,
}

/// Load in both windows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Change {
    pub(crate) before: Load,
    pub(crate) now: Load,
}

/// Call graph with the loads of both windows.
#[derive(Clone, Debug, Default)]
pub(crate) struct LoadGraph {
    /// `true` if errors before count as zero, see [`LoadGraph::lasting`].
    pub(crate) lasting: bool,
    /// `true` if the window before was observed.
    pub(crate) observed_before: bool,
    /// Functions, by name.
    pub(crate) functions: Vec<Node>,
    /// Calls of functions by functions.
    pub(crate) edges: Vec<Link>,
}

/// Function of the call graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub(crate) name: Name,
    /// Load of all of its calls, by any caller.
    pub(crate) change: Change,
    /// Standard error of the difference of the mean latencies, in seconds; 0 if latencies are not
    /// known one by one.
    pub(crate) time_error: f64,
    /// Error kind with the largest rise.
    pub(crate) kind: Option<String>,
}

/// Calls of one function by another. Both are indexes in [`LoadGraph::functions`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) caller: usize,
    pub(crate) callee: usize,
    pub(crate) change: Change,
}

impl LoadGraph {
    /// Creates the graph of the functions in both windows.
    pub(crate) fn new(before: &Calls, now: &Calls) -> Self {
        let windows = [before, now];
        let names = windows.iter().flat_map(|calls| &calls.functions);
        let mut places: BTreeMap<&Name, usize> = names.map(|it| (&it.name, 0)).collect();
        for (place, (_, at)) in places.iter_mut().enumerate() {
            *at = place;
        }
        let change = |of: &dyn Fn(&Calls) -> Counts| Change {
            before: Load::new(of(before), before.seconds),
            now: Load::new(of(now), now.seconds),
        };
        let functions = places.keys().map(|&name| Node {
            name: name.clone(),
            change: change(&|calls| calls.counts(name)),
            time_error: time_error(name, before, now),
            kind: dominant_kind(name, before, now),
        });
        let mut links: BTreeMap<(usize, usize), [Counts; 2]> = BTreeMap::new();
        for (window, calls) in windows.iter().enumerate() {
            let place = |function: usize| places[&calls.functions[function].name];
            for edge in &calls.edges {
                if let Caller::Function(caller) = edge.caller {
                    let key = (place(caller), place(edge.callee));
                    links.entry(key).or_default()[window].add(edge.counts);
                }
            }
        }
        let edges = links
            .into_iter()
            .map(|((caller, callee), [then, lately])| Link {
                caller,
                callee,
                change: Change {
                    before: Load::new(then, before.seconds),
                    now: Load::new(lately, now.seconds),
                },
            });
        Self {
            lasting: false,
            observed_before: before.seconds > 0.0,
            functions: functions.collect(),
            edges: edges.collect(),
        }
    }

    /// Returns the index of a function.
    pub(crate) fn find(&self, name: &Name) -> Option<usize> {
        let found = self.functions.binary_search_by(|node| node.name.cmp(name));
        found.ok()
    }

    /// Returns the same call graph without errors before, for walks to the cause of errors that go
    /// on: an outage longer than the window has no rise.
    pub(crate) fn lasting(&self) -> Self {
        let without = |change: Change| Change {
            before: Load {
                errors: 0.0,
                ..change.now
            },
            now: change.now,
        };
        let mut flows = self.clone();
        flows.lasting = true;
        for node in &mut flows.functions {
            node.change = without(node.change);
        }
        for link in &mut flows.edges {
            link.change = without(link.change);
        }
        flows
    }
}

impl Load {
    /// Returns the load of `counts` in so many seconds.
    fn new(counts: Counts, seconds: f64) -> Self {
        let per = |amount: f64| if seconds > 0.0 { amount / seconds } else { 0.0 };
        Self {
            calls: per(counts.calls),
            errors: per(counts.errors),
            time: per(counts.seconds),
        }
    }

    /// Subtracts a part of the load.
    pub(crate) fn without(self, part: Self) -> Self {
        Self {
            calls: (self.calls - part.calls).max(0.0),
            errors: (self.errors - part.errors).max(0.0),
            time: (self.time - part.time).max(0.0),
        }
    }

    pub(crate) fn amount(self, measure: Measure) -> f64 {
        match measure {
            Measure::Errors => self.errors,
            Measure::Time => self.time,
        }
    }

    /// Returns the amount of one call, or `None` without calls.
    pub(crate) fn per_call(self, measure: Measure) -> Option<f64> {
        (self.calls > 0.0).then(|| self.amount(measure) / self.calls)
    }
}

impl Change {
    /// Returns the factor by which the number of calls grew. It is 1 if there were no calls before,
    /// as there was no amount then either.
    pub(crate) fn traffic(self) -> f64 {
        if self.before.calls > 0.0 {
            self.now.calls / self.before.calls
        } else {
            1.0
        }
    }

    /// Returns the amount before, scaled to `traffic` times as many calls.
    pub(crate) fn expected(self, measure: Measure, traffic: f64) -> f64 {
        self.before.amount(measure) * traffic
    }
}

/// Returns the standard error of the difference of the mean latencies (Welch 1938), in seconds.
fn time_error(name: &Name, before: &Calls, now: &Calls) -> f64 {
    let square = |calls: &Calls| {
        let latencies = &calls.functions[calls.find(name)?].latencies;
        Some(latencies.variance()? / latencies.count())
    };
    let squares = square(before).zip(square(now));
    squares.map_or(0.0, |(before, now)| (before + now).sqrt())
}

/// Returns the error kind with the largest rise. Of equal rises, a named kind comes first.
fn dominant_kind(name: &Name, before: &Calls, now: &Calls) -> Option<String> {
    let function = &now.functions[now.find(name)?];
    let earlier = before.find(name).map(|at| &before.functions[at].kinds);
    let kinds = function.kinds.iter().map(|(kind, errors)| {
        let earlier = earlier.and_then(|kinds| kinds.get(kind)).copied();
        let rise =
            errors / now.seconds.max(1e-9) - earlier.unwrap_or(0.0) / before.seconds.max(1e-9);
        (rise, kind)
    });
    kinds
        .filter(|(rise, _)| *rise > 0.0)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, name)| name.to_owned())
}
