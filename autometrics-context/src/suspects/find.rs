//! Finds all suspects of two windows: where walks begin, which of them are reported, and in which
//! order.

use std::{cmp::Ordering, collections::BTreeSet};

use super::{
    graph::{LoadGraph, Measure},
    path::{Station as Step, WalkResult},
    significance::{is_up, rose},
    walk::walk,
};
use crate::calls::{Calls, Name};

/// Promise of an objective, and whether it is in danger.
#[derive(Clone, Debug, PartialEq)]
pub struct Promise {
    /// Name of the objective.
    pub objective: String,
    /// Errors for a promise about success, time for one about latency.
    pub measure: Measure,
    /// `true` if the error budget burns: its burn rate is above 1, or an alert would fire.
    pub burns: bool,
    /// Functions of the objective.
    pub functions: Vec<Name>,
}

/// Objective or function whose suspects are requested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every objective that burns and every function with a rise.
    All,
    /// The functions of the objective with this name, or only one of them.
    Objective(String, Option<Name>),
    /// Walks that begin at this function.
    Function(Name),
}

/// Function from which a rise comes.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspect {
    /// Start of the walk.
    pub start: Start,
    /// Explanation in one sentence with numbers.
    pub explanation: String,
    /// Functions from the start of the walk to its end, at least one.
    pub path: Vec<Station>,
    /// `true` if the errors of a burning objective did not rise: shares are then shares of the
    /// errors, and not of a rise.
    pub lasting: bool,
    /// `false` if the window before was not observed, so that amounts before are unknown and not 0.
    pub observed_before: bool,
    /// Weight of the finding, from 0 to 1: the share that the path explains, times the rise's share
    /// of the current amount (1 if the suspect is `lasting`).
    pub score: f64,
}

/// Start of a walk.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// The objective that burns or was requested; `None` if the walk begins at a function that rose.
    pub objective: Option<String>,
    /// `true` if that objective burns by this promise.
    pub burns: bool,
    /// Function at which the walk began.
    pub function: Name,
    /// Quantity that the walk follows.
    pub measure: Measure,
}

/// Function on the path, with the numbers of the edge by which the walk reached it.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// Function that the walk passed.
    pub function: Name,
    /// Errors, or seconds of calls, per second in the window before, scaled to the current traffic.
    pub before_per_second: f64,
    /// Errors, or seconds of calls, per second in the current window.
    pub now_per_second: f64,
    /// The share of the first rise that went through this function, from 0 to 1; share of the
    /// errors if the suspect is `lasting`.
    pub share: f64,
    /// The share of the rise of this function that no callee explains, from 0 to 1.
    pub own_share: f64,
    /// Error kind that rose most; empty for errors without one, `None` if the walk is about time.
    pub kind: Option<String>,
}

impl Suspect {
    /// Returns the function at which the walk ended.
    pub fn function(&self) -> &Name {
        self.path
            .last()
            .map_or(&self.start.function, |station| &station.function)
    }
}

impl Station {
    /// Returns the difference between the current window and the one before, per second.
    pub fn rise_per_second(&self) -> f64 {
        self.now_per_second - self.before_per_second
    }
}

/// Function at which a walk begins.
#[derive(Clone, Copy, Debug)]
struct Entry<'a> {
    function: usize,
    objective: Option<&'a str>,
    measure: Measure,
    /// `true` if the objective burns, so that errors that are not new matter too.
    burns: bool,
}

/// Returns the suspects for what rose from the window `before` to the window `now`: those of
/// burning objectives first, then by descending score. `scope` and `measure` restrict the result.
///
/// The windows should have the same length. The promises of `scope`'s objective, or of all
/// objectives, are in `promises`, those with equal names and measures in one element.
pub fn find(
    before: &Calls,
    now: &Calls,
    promises: &[Promise],
    scope: &Scope,
    measure: Option<Measure>,
) -> Vec<Suspect> {
    let graph = LoadGraph::new(before, now);
    let lasting = graph.lasting();
    let mut entries = entries(&graph, promises, scope);
    entries.retain(|entry| measure.is_none_or(|measure| measure == entry.measure));
    let mut found: Vec<(Entry<'_>, WalkResult)> = Vec::new();
    for entry in entries {
        let node = &graph.functions[entry.function];
        let rose = rose(node, entry.measure, before.seconds, now.seconds)
            || entry.burns && before.seconds > 0.0 && is_up(node, entry.measure, now.seconds);
        let walked = if rose {
            walk(&graph, entry.function, entry.measure)
        } else if entry.burns && entry.measure == Measure::Errors {
            walk(&lasting, entry.function, entry.measure)
        } else {
            None
        };
        found.extend(walked.map(|found| (entry, found)));
    }
    let mut found = outermost(found);
    found.sort_by(|a, b| rank(&graph, a, b));
    let found = found.into_iter();
    found
        .map(|(entry, found)| suspect(&graph, entry, found))
        .collect()
}

/// Returns the starts of walks. Those of objectives that burn come first, so that a walk is
/// reported with its objective.
fn entries<'a>(graph: &LoadGraph, promises: &'a [Promise], scope: &Scope) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for promise in promises {
        let is_asked = matches!(scope, Scope::Objective(name, _) if *name == promise.objective);
        if !is_asked && (*scope != Scope::All || !promise.burns) {
            continue;
        }
        let members = promise.functions.iter();
        entries.extend(members.filter_map(|name| {
            Some(Entry {
                function: graph.find(name)?,
                objective: Some(&*promise.objective),
                measure: promise.measure,
                burns: promise.burns,
            })
        }));
    }
    let functions = match scope {
        Scope::All => (0..graph.functions.len()).collect(),
        Scope::Function(function) => graph.find(function).into_iter().collect(),
        Scope::Objective(_, None) => Vec::new(),
        Scope::Objective(_, Some(function)) => {
            let function = graph.find(function);
            entries.retain(|entry| Some(entry.function) == function);
            Vec::new()
        }
    };
    let have: BTreeSet<_> = entries
        .iter()
        .map(|entry| (entry.function, entry.measure))
        .collect();
    for function in functions {
        let measures = [Measure::Errors, Measure::Time].into_iter();
        let others = measures.filter(|&measure| !have.contains(&(function, measure)));
        entries.extend(others.map(|measure| Entry {
            function,
            objective: None,
            measure,
            burns: false,
        }));
    }
    entries
}

/// Removes walks that another walk already covers. A walk that belongs to an objective always
/// stays. Any other walk is removed if it is the rest of another walk, if it passes the start of a
/// walk that belongs to an objective, or if it only consists of a function that another walk
/// cleared.
fn outermost(found: Vec<(Entry<'_>, WalkResult)>) -> Vec<(Entry<'_>, WalkResult)> {
    let places = |found: &WalkResult, skipped: usize| -> Vec<(usize, Measure, usize)> {
        let stations = found.path.iter().skip(skipped);
        stations
            .map(|station| (station.function, found.measure, found.suspect()))
            .collect()
    };
    let mut later = BTreeSet::new();
    let mut promised = BTreeSet::new();
    let mut cleared = BTreeSet::new();
    for (entry, found) in &found {
        later.extend(places(found, 1));
        cleared.extend(found.cleared.map(|function| (function, found.measure)));
        if entry.objective.is_some() {
            promised.extend(places(found, 0).first().copied());
        }
    }
    let is_outermost = |(entry, found): &(Entry<'_>, WalkResult)| {
        let stations = places(found, 0);
        let is_told = later.contains(&stations[0])
            || stations[1..].iter().any(|place| promised.contains(place))
            || cleared.contains(&(entry.function, found.measure)) && found.path.len() == 1;
        entry.objective.is_some() || !is_told
    };
    found.into_iter().filter(is_outermost).collect()
}

/// Compares two results for sorting: objectives that burn first, then by descending score.
fn rank(graph: &LoadGraph, a: &(Entry<'_>, WalkResult), b: &(Entry<'_>, WalkResult)) -> Ordering {
    let key =
        |(entry, found): &(Entry<'_>, WalkResult)| (!entry.burns, entry.function, found.measure);
    let ((is_calm, at, measure), (is_calm_b, at_b, measure_b)) = (key(a), key(b));
    let name = |function: usize| &graph.functions[function].name;
    is_calm
        .cmp(&is_calm_b)
        .then_with(|| b.1.score.total_cmp(&a.1.score))
        .then_with(|| (name(at), measure).cmp(&(name(at_b), measure_b)))
}

fn suspect(graph: &LoadGraph, entry: Entry<'_>, found: WalkResult) -> Suspect {
    let name = |place: usize| graph.functions[place].name.clone();
    let mut caller = None;
    let path = found.path.iter().map(|station| Station {
        function: name(station.function),
        before_per_second: before(graph, &found, station, caller.replace(station.function)),
        now_per_second: station.now,
        share: station.share,
        own_share: station.own_share,
        kind: (found.measure == Measure::Errors)
            .then(|| graph.functions[station.function].kind.clone())
            .flatten(),
    });
    Suspect {
        start: Start {
            objective: entry.objective.map(str::to_owned),
            burns: entry.burns,
            function: name(entry.function),
            measure: entry.measure,
        },
        path: path.collect(),
        lasting: found.lasting,
        observed_before: graph.observed_before,
        score: found.score,
        explanation: found.explanation,
    }
}

/// Returns the amount of a station before. For a walk to lasting errors, which sets it to zero, it
/// comes from the call graph.
fn before(graph: &LoadGraph, found: &WalkResult, station: &Step, caller: Option<usize>) -> f64 {
    if !found.lasting {
        return station.before;
    }
    let node = |place: usize| graph.functions[place].change;
    let Some(caller) = caller else {
        let change = node(station.function);
        return change.expected(found.measure, change.traffic());
    };
    let traffic = node(caller).traffic();
    let mut edges = graph.edges.iter();
    let edge = edges.find(|link| (link.caller, link.callee) == (caller, station.function));
    edge.map_or(0.0, |link| link.change.expected(found.measure, traffic))
}
