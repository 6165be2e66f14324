//! The walk down the call graph.

use std::collections::BTreeSet;

use super::{Change, Flows, Found, Link, Measure, Station, sentence};

/// Calls per call that are so many times what they were are a storm.
const STORM: f64 = 1.5;
/// A callee whose own amount per call is up by less than this did not rise.
const STEADY: f64 = 1.1;
/// What is left of a rise after rounding is none.
const NOTHING: f64 = 1e-12;

/// Walks from the function at `start` to where its rise of `measure` comes from.
///
/// `None` if there is no rise.
pub(crate) fn walk(flows: &Flows, start: usize, measure: Measure) -> Option<Found> {
    let change = flows.functions.get(start)?.change;
    let mut station = Station {
        function: start,
        before: change.expected(measure, change.traffic()),
        now: change.now.amount(measure),
        share: 1.0,
        own_share: 1.0,
        per_call: None,
    };
    if station.rise() <= NOTHING {
        return None;
    }
    let mut path = Vec::new();
    let mut been = BTreeSet::from([start]);
    loop {
        let callees = shares(flows, station.function, measure);
        let explained: f64 = callees.iter().map(|(share, _)| share).sum();
        station.own_share = (1.0 - explained).max(0.0);
        let (here, own) = (station.share, station.own_share);
        path.push(station);
        // Sorted, so that the first of the greatest is the one by id.
        let greatest = callees
            .into_iter()
            .filter(|(_, link)| !been.contains(&link.callee))
            .reduce(|a, b| if b.0 > a.0 { b } else { a });
        let Some((share, link)) = greatest.filter(|(share, _)| *share > own) else {
            break;
        };
        let node = flows.functions[link.callee].change;
        been.insert(link.callee);
        let traffic = flows.functions[link.caller].change.traffic();
        station = Station {
            function: link.callee,
            before: link.change.expected(measure, traffic),
            now: link.change.now.amount(measure),
            share: here * share,
            own_share: 1.0,
            per_call: calls_per_call(flows, &link),
        };
        if !rises_by_itself(node, measure) {
            path.push(station);
            break;
        }
    }
    let (first, last) = (path.first()?, path.last()?);
    let score = last.share * first.rise() / first.now.max(NOTHING);
    let why = sentence::write(flows, measure, &path);
    Some(Found {
        measure,
        path,
        why,
        score,
    })
}

/// The callees of `caller` through which its rise went, by id, with their shares.
fn shares(flows: &Flows, caller: usize, measure: Measure) -> Vec<(f64, Link)> {
    let change = flows.functions[caller].change;
    let traffic = change.traffic();
    let rise = change.now.amount(measure) - change.expected(measure, traffic);
    if rise <= NOTHING {
        return Vec::new();
    }
    let edges = flows.edges.iter();
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
        let id = |link: &Link| &flows.functions[link.callee].id;
        id(a).cmp(id(b))
    });
    shares
}

/// Whether a function's amount per call is up, by a tenth at least and whatever its
/// traffic does.
pub(crate) fn rises_by_itself(change: Change, measure: Measure) -> bool {
    let now = change.now.per_call(measure).unwrap_or(0.0);
    let before = change.before.per_call(measure).unwrap_or(0.0);
    now > before * STEADY && now > 0.0
}

fn calls_per_call(flows: &Flows, link: &Link) -> Option<(f64, f64)> {
    let Change { before, now } = flows.functions[link.caller].change;
    (before.calls > 0.0 && now.calls > 0.0).then(|| {
        (
            link.change.before.calls / before.calls,
            link.change.now.calls / now.calls,
        )
    })
}

/// Whether the function is called more often per call of its caller.
pub(super) fn is_storm(station: &Station) -> bool {
    station
        .per_call
        .is_some_and(|(before, now)| before > 0.0 && now >= STORM * before)
}

impl Station {
    pub(crate) fn rise(&self) -> f64 {
        self.now - self.before
    }
}
