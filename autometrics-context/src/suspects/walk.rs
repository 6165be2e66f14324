//! Walk down the call graph to the cause of a rise.

use std::collections::BTreeSet;

use super::{
    graph::{Change, Link, Load, LoadGraph, Measure},
    path::{Cleared, Station, WalkResult},
    sentence,
    significance::UP,
};

/// Other callers count as unaffected if their calls rose by less than this factor of the rise.
const SPARED: f64 = 0.5;
/// Other callers are compared if their calls are at least this factor of the edge's calls.
const ENOUGH_OTHERS: f64 = 0.1;
/// Limit below which a rise is only a rounding error.
const NOTHING: f64 = 1e-12;

/// Walks from the function with index `start` to the cause of its rise of `measure`.
///
/// Returns `None` if there is no rise.
pub(super) fn walk(graph: &LoadGraph, start: usize, measure: Measure) -> Option<WalkResult> {
    let change = graph.functions.get(start)?.change;
    let mut station = Station {
        function: start,
        before: change.expected(measure, change.traffic()),
        now: change.now.amount(measure),
        share: 1.0,
        own_share: 1.0,
        per_call: None,
        is_storm: false,
    };
    if station.rise() <= NOTHING {
        return None;
    }
    let mut path = Vec::new();
    let mut cleared_callee = None;
    let mut been = BTreeSet::from([start]);
    loop {
        let at = station.function;
        let callees = shares(graph, at, measure);
        let explained: f64 = callees.iter().map(|(share, _)| share).sum();
        station.own_share = (1.0 - explained).max(0.0);
        let (here, own) = (station.share, station.own_share);
        path.push(station);
        // Of callees that explain everything, the walk takes the one with the largest rise. Callees
        // are sorted, so of equal ones it takes the first by name.
        let traffic = graph.functions[at].change.traffic();
        let rank = |(share, Link { change, .. }): &(f64, Link)| {
            let rise = change.now.amount(measure) - change.expected(measure, traffic);
            (*share, rise)
        };
        let greatest = callees
            .into_iter()
            .filter(|(_, link)| !been.contains(&link.callee))
            .reduce(|a, b| if rank(&b) > rank(&a) { b } else { a });
        let Some((share, link)) = greatest.filter(|(share, _)| *share > own) else {
            break;
        };
        cleared_callee = cleared(graph, &link, measure);
        if cleared_callee.is_some() {
            break;
        }
        been.insert(link.callee);
        station = Station {
            function: link.callee,
            before: link.change.expected(measure, traffic),
            now: link.change.now.amount(measure),
            share: here * share,
            own_share: 1.0,
            per_call: calls_per_call(graph, &link),
            is_storm: is_storm(graph, &link, measure),
        };
        if station.is_storm {
            path.push(station);
            break;
        }
    }
    let (first, last) = (path.first()?, path.last()?);
    let score = last.share * first.rise() / first.now.max(NOTHING);
    let explanation = sentence::write(graph, measure, &path, cleared_callee);
    Some(WalkResult {
        measure,
        lasting: graph.lasting,
        path,
        cleared: cleared_callee.map(|cleared| cleared.callee),
        explanation,
        score,
    })
}

/// Returns the callees of `caller` that part of its rise went through, sorted by name, with their
/// shares.
fn shares(graph: &LoadGraph, caller: usize, measure: Measure) -> Vec<(f64, Link)> {
    let change = graph.functions[caller].change;
    let traffic = change.traffic();
    let rise = change.now.amount(measure) - change.expected(measure, traffic);
    if rise <= NOTHING {
        return Vec::new();
    }
    let edges = graph.edges.iter();
    let callees = edges.filter(|link| link.caller == caller && link.callee != caller);
    let mut shares: Vec<(f64, Link)> = callees
        .map(|link| {
            let before = link.change.expected(measure, traffic);
            let share = (link.change.now.amount(measure) - before) / rise;
            (share.clamp(0.0, 1.0), *link)
        })
        .filter(|(share, _)| *share > 0.0)
        .collect();
    let total: f64 = shares.iter().map(|(share, _)| share).sum();
    for (share, _) in &mut shares {
        *share /= total.max(1.0);
    }
    shares.sort_by(|(_, a), (_, b)| {
        let name = |link: &Link| &graph.functions[link.callee].name;
        name(a).cmp(name(b))
    });
    shares
}

/// Returns the load of the callee's other callers if the rise is much smaller for them: less than
/// half as much per call, and less than half as large a factor. Then the cause is not the callee,
/// but the requests of this caller.
fn cleared(graph: &LoadGraph, link: &Link, measure: Measure) -> Option<Cleared> {
    let all = graph.functions[link.callee].change;
    let here = link.change;
    let others = Change {
        before: all.before.without(here.before),
        now: all.now.without(here.now),
    };
    let are_enough = |others: Load, here: Load| others.calls >= ENOUGH_OTHERS * here.calls;
    if !are_enough(others.before, here.before) || !are_enough(others.now, here.now) {
        return None;
    }
    let (here_before, here_now) = per_call(here, measure)?;
    let (before, now) = per_call(others, measure)?;
    let (rise, here_rise) = (now - before, here_now - here_before);
    let by_less = rise < SPARED * here_rise;
    // Same as rise / before < SPARED · here_rise / here_before, without dividing by an amount
    // before that may be zero.
    let less_times = rise * here_before <= SPARED * here_rise * before;
    (by_less && less_times).then_some(Cleared {
        callee: link.callee,
        others,
    })
}

fn per_call(change: Change, measure: Measure) -> Option<(f64, f64)> {
    let before = change.before.per_call(measure);
    before.zip(change.now.per_call(measure))
}

fn calls_per_call(graph: &LoadGraph, link: &Link) -> Option<(f64, f64)> {
    let Change { before, now } = graph.functions[link.caller].change;
    (before.calls > 0.0 && now.calls > 0.0).then(|| {
        (
            link.change.before.calls / before.calls,
            link.change.now.calls / now.calls,
        )
    })
}

/// Returns `true` if the edge rose because the caller makes more of its calls, rather than because
/// each call has a larger amount.
fn is_storm(graph: &LoadGraph, link: &Link, measure: Measure) -> bool {
    let Some((calls_before, calls_now)) = calls_per_call(graph, link) else {
        return false;
    };
    let Some((before, now)) = per_call(link.change, measure) else {
        return false;
    };
    // Same as calls_now / calls_before > now / before, without dividing by an amount before that
    // may be zero.
    let by_more = calls_now * before > calls_before * now;
    // Calls that fail more often are retried more often, and not the other way round.
    let is_cause = measure == Measure::Time || now <= UP * before;
    by_more && is_cause
}
