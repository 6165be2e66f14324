//! API endpoint `suspects`: the functions that cause burning budgets, rising errors and rising
//! latencies.

use std::{cmp::Ordering, collections::BTreeSet};

use autometrics_core::{Caller, Sli};
use serde::Serialize;

use super::{
    Head, View, Window,
    figures::{float, rate, seconds},
    objectives::{Promise, is_burning, members, promises},
    sums::Sums,
};
use crate::{
    history::{Flow, History, Span},
    suspects::{
        Change, Flows, Link, Load, Measure, Node, Station as Step, WalkResult, is_up, rose, walk,
    },
};

/// Suspects of burning objectives and of rises.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Suspects"))]
pub(crate) struct Answer<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    #[serde(flatten)]
    window: Window,
    /// Findings: those of burning objectives first, then by descending score.
    suspects: Vec<Row<'a>>,
}

/// Function from which a rise comes.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Suspect"))]
struct Row<'a> {
    start: Start<'a>,
    /// Explanation in one sentence with numbers.
    explanation: String,
    /// Errors, or seconds of calls, per second in the window before, scaled to the current traffic.
    before_per_second: f64,
    /// Errors, or seconds of calls, per second in the current window.
    now_per_second: f64,
    /// Difference between the current window and the one before, per second.
    rise_per_second: f64,
    /// Functions from the start to the suspect.
    #[cfg_attr(test, schemars(length(min = 1)))]
    path: Vec<Station<'a>>,
    /// Id of the function where the walk ended: `module::name`, opaque to clients.
    suspect: &'a str,
    /// `true` if the errors of a burning objective did not rise: shares are then shares of the
    /// errors, and not of a rise.
    lasting: bool,
    /// Weight of the finding, from 0 to 1: the share that the path explains, times the rise's share
    /// of the current amount (1 if the suspect is `lasting`).
    score: f64,
}

/// Start of a walk.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Start<'a> {
    /// The objective that burns or was requested; null if the walk begins at a function that rose.
    objective: Option<&'static str>,
    /// `true` if that objective burns by this promise.
    burning: bool,
    /// Id of the function: `module::name`, opaque to clients.
    function: &'a str,
    /// Measure of the walk: errors (`success`) or time (`latency`).
    #[cfg_attr(test, schemars(extend("enum" = ["success", "latency"])))]
    sli: &'static str,
}

/// Function on the path, with the numbers of the edge by which the walk reached it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Station<'a> {
    /// Id of the function: `module::name`, opaque to clients.
    id: &'a str,
    /// Errors, or seconds of calls, per second in the window before, scaled to the current traffic.
    before_per_second: f64,
    /// Errors, or seconds of calls, per second in the current window.
    now_per_second: f64,
    /// Difference between the current window and the one before, per second.
    rise_per_second: f64,
    /// The share of the first rise that went through this function, from 0 to 1; share of the
    /// errors if the suspect is `lasting`.
    share_of_rise: f64,
    /// The share of the rise of this function that no callee explains, from 0 to 1. It is small at
    /// the last station if a callee has the rise but is not its cause; the suspect's
    /// `explanation` gives the reason.
    self_share: f64,
    /// Error kind that rose most; empty for errors without one, null if the walk is about time.
    kind: Option<String>,
}

/// Objective or function whose suspects are requested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Every objective that burns and every function with a rise.
    All,
    /// The functions of the objective with this name, or only the one with this index.
    Objective(String, Option<usize>),
    /// The function with this index.
    Function(usize),
}

/// Function at which a walk begins.
#[derive(Clone, Copy, Debug)]
struct Entry {
    function: usize,
    objective: Option<&'static str>,
    measure: Measure,
    /// `true` if the objective burns, so that errors that are not new matter too.
    burns: bool,
}

/// Returns the suspects for what rose in the last `window` seconds, compared with the same time
/// before. `scope` and `measure` restrict the result.
pub(crate) fn suspects<'a>(
    view: &View<'a>,
    scope: &Scope,
    measure: Option<Measure>,
    window: u32,
) -> Answer<'a> {
    let history = view.history;
    let (now, before) = history.last_two(window.into());
    let flows = flows(history, &before, &now);
    let lasting = flows.lasting();
    let mut entries = entries(history, scope);
    entries.retain(|entry| measure.is_none_or(|measure| measure == entry.measure));
    let mut found: Vec<(Entry, WalkResult)> = Vec::new();
    for entry in entries {
        let change = flows.functions[entry.function].change;
        let rose = rose(change, entry.measure, before.seconds, now.seconds)
            || entry.burns && before.seconds > 0.0 && is_up(change, entry.measure, now.seconds);
        let walked = if rose {
            walk(&flows, entry.function, entry.measure)
        } else if entry.burns && entry.measure == Measure::Errors {
            walk(&lasting, entry.function, entry.measure)
        } else {
            None
        };
        found.extend(walked.map(|found| (entry, found)));
    }
    let mut found = outermost(found);
    found.sort_by(|a, b| rank(&flows, a, b));
    let rows = found.into_iter();
    Answer {
        head: view.head(),
        window: Window::of(window, &now),
        suspects: rows
            .map(|(entry, found)| Row::new(history, &flows, entry, found))
            .collect(),
    }
}

/// Returns the starts of walks. Those of objectives that burn come first, so that a walk is
/// reported with its objective.
fn entries(history: &History, scope: &Scope) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for objective in promises(history) {
        let is_asked = matches!(scope, Scope::Objective(name, _) if name == objective.name());
        if !is_asked && *scope != Scope::All {
            continue;
        }
        for promise in Promise::of(&objective) {
            let burns = is_burning(history, promise);
            let of_it = members(history, &objective).into_iter();
            entries.extend(of_it.filter(|_| burns || is_asked).map(|function| Entry {
                function,
                objective: Some(objective.name()),
                measure: measure(promise.sli),
                burns,
            }));
        }
    }
    let functions = match scope {
        Scope::All => 0..history.functions.len(),
        Scope::Function(function) => *function..*function + 1,
        Scope::Objective(_, None) => 0..0,
        Scope::Objective(_, Some(function)) => {
            entries.retain(|entry| entry.function == *function);
            0..0
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
fn outermost(found: Vec<(Entry, WalkResult)>) -> Vec<(Entry, WalkResult)> {
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
    let is_outermost = |(entry, found): &(Entry, WalkResult)| {
        let stations = places(found, 0);
        let is_told = later.contains(&stations[0])
            || stations[1..].iter().any(|place| promised.contains(place))
            || cleared.contains(&(entry.function, found.measure)) && found.path.len() == 1;
        entry.objective.is_some() || !is_told
    };
    found.into_iter().filter(is_outermost).collect()
}

/// Compares two results for sorting: objectives that burn first, then by descending score.
fn rank(flows: &Flows, a: &(Entry, WalkResult), b: &(Entry, WalkResult)) -> Ordering {
    let key = |(entry, found): &(Entry, WalkResult)| (!entry.burns, entry.function, found.measure);
    let ((is_calm, at, measure), (is_calm_b, at_b, measure_b)) = (key(a), key(b));
    let id = |function: usize| &flows.functions[function].id;
    is_calm
        .cmp(&is_calm_b)
        .then_with(|| b.1.score.total_cmp(&a.1.score))
        .then_with(|| (id(at), measure).cmp(&(id(at_b), measure_b)))
}

impl<'a> Row<'a> {
    fn new(history: &'a History, flows: &Flows, entry: Entry, found: WalkResult) -> Self {
        let id = |place: usize| &*history.functions[place].id;
        let mut caller = None;
        let path: Vec<_> = found
            .path
            .iter()
            .map(|station| {
                let before = before(flows, &found, station, caller.replace(station.function));
                (station, before)
            })
            .map(|(station, before)| Station {
                id: id(station.function),
                before_per_second: before,
                now_per_second: station.now,
                rise_per_second: station.now - before,
                share_of_rise: station.share,
                self_share: station.own_share,
                kind: (found.measure == Measure::Errors)
                    .then(|| flows.functions[station.function].kind.clone())
                    .flatten(),
            })
            .collect();
        let first = path.first();
        let first = |of: fn(&Station<'a>) -> f64| first.map_or(0.0, of);
        Self {
            start: Start {
                objective: entry.objective,
                burning: entry.burns,
                function: id(entry.function),
                sli: match entry.measure {
                    Measure::Errors => "success",
                    Measure::Time => "latency",
                },
            },
            before_per_second: first(|station| station.before_per_second),
            now_per_second: first(|station| station.now_per_second),
            rise_per_second: first(|station| station.rise_per_second),
            suspect: id(found.suspect()),
            lasting: found.lasting,
            score: found.score,
            explanation: found.explanation,
            path,
        }
    }
}

/// Returns the amount of a station before. For a walk to lasting errors, which sets it to zero, it
/// comes from the call graph.
fn before(flows: &Flows, found: &WalkResult, station: &Step, caller: Option<usize>) -> f64 {
    if !found.lasting {
        return station.before;
    }
    let node = |place: usize| flows.functions[place].change;
    let Some(caller) = caller else {
        let change = node(station.function);
        return change.expected(found.measure, change.traffic());
    };
    let traffic = node(caller).traffic();
    let mut edges = flows.edges.iter();
    let edge = edges.find(|link| (link.caller, link.callee) == (caller, station.function));
    edge.map_or(0.0, |link| link.change.expected(found.measure, traffic))
}

/// Returns the measure that shows why a promise is broken.
fn measure(sli: Sli) -> Measure {
    match sli {
        Sli::Latency => Measure::Time,
        _ => Measure::Errors,
    }
}

/// Returns the call graph in both windows.
fn flows(history: &History, before: &Span, now: &Span) -> Flows {
    let sums = [before, now].map(|span| Sums::of(history, span));
    let change = |[before_flow, now_flow]: [Flow; 2]| Change {
        before: load(before_flow, before.seconds),
        now: load(now_flow, now.seconds),
    };
    let functions = history.functions.iter().enumerate();
    let functions = functions.map(|(place, function)| Node {
        id: function.id.clone(),
        change: change([&sums[0], &sums[1]].map(|sums| sums.functions[place])),
        kind: dominant_kind(function, before, now),
    });
    let edges = history.edges.iter().enumerate();
    let edges = edges.filter_map(|(place, edge)| match edge.caller {
        Caller::Function(caller) => Some(Link {
            caller,
            callee: edge.callee,
            change: change([&sums[0], &sums[1]].map(|sums| sums.edges[place])),
        }),
        _ => None,
    });
    Flows {
        lasting: false,
        functions: functions.collect(),
        edges: edges.collect(),
    }
}

fn load(flow: Flow, covered: f64) -> Load {
    Load {
        calls: rate(flow.calls, covered),
        errors: rate(flow.errors, covered),
        time: seconds(flow.nanos) / covered.max(1e-9),
    }
}

/// Returns the error kind with the largest rise. Of equal rises, a named kind comes first.
fn dominant_kind(function: &crate::history::Function, before: &Span, now: &Span) -> Option<String> {
    let kinds = function.kinds.iter().map(|kind| {
        let rise = float(kind.errors_in(now)) / now.seconds.max(1e-9)
            - float(kind.errors_in(before)) / before.seconds.max(1e-9);
        (rise, &*kind.name)
    });
    kinds
        .filter(|(rise, _)| *rise > 0.0)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, name)| name.to_owned())
}
