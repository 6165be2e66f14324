//! Describes the result of a walk in one sentence with numbers.

use crate::text::{duration, figure};

use super::{
    graph::{Change, LoadGraph, Measure},
    path::{Cleared, Station},
};

/// Describes the rise at the start of the path, and why the path ends where it does.
pub(super) fn write(
    graph: &LoadGraph,
    measure: Measure,
    path: &[Station],
    cleared: Option<Cleared>,
) -> String {
    let cause = cause(graph, measure, path, cleared.is_none());
    let Some(Cleared { callee, others }) = cleared else {
        return cause;
    };
    let callee = &graph.functions[callee].name;
    let per_call = before_and_now(others, measure);
    let others = amounts(graph, measure, "their calls", per_call);
    format!("{cause}; it occurs in `{callee}`, but less for other callers: {others}")
}

fn cause(graph: &LoadGraph, measure: Measure, path: &[Station], is_own: bool) -> String {
    let (Some(first), Some(last)) = (path.first(), path.last()) else {
        return String::new();
    };
    let rose = match measure {
        Measure::Errors if graph.lasting => {
            let (name, now) = (name(graph, first), figure(first.now));
            let than = if graph.observed_before {
                ", not significantly more than before"
            } else {
                ""
            };
            format!("{name} has {now} errors/s{than}")
        }
        Measure::Errors => format!(
            "errors of {} rose from {}/s to {}/s",
            name(graph, first),
            figure(first.before),
            figure(first.now)
        ),
        Measure::Time => {
            let change = graph.functions[first.function].change;
            let (before, now) = before_and_now(change, measure);
            format!(
                "calls of {} take {} instead of {}",
                name(graph, first),
                duration(now),
                duration(before)
            )
        }
    };
    if path.len() == 1 {
        let own = 100.0 * last.own_share;
        if !is_own {
            return rose;
        }
        return format!("{rose}; {own:.0} % of that is the function's own");
    }
    let share = 100.0 * last.share;
    let from = format!(
        "{rose}; {share:.0} % of that comes from {}",
        name(graph, last)
    );
    let caller = &path[path.len() - 2];
    if let Some((before, now)) = last.per_call.filter(|_| last.is_storm) {
        let (caller, before, now) = (name(graph, caller), figure(before), figure(now));
        return format!("{from}, which {caller} calls {now} times per call instead of {before}");
    }
    let node = graph.functions[last.function].change;
    if node.before.calls <= 0.0 {
        return format!("{from}, which was not called before");
    }
    let amounts = amounts(graph, measure, "its calls", before_and_now(node, measure));
    let kind = graph.functions[last.function].kind.as_deref();
    match kind.filter(|kind| measure == Measure::Errors && !kind.is_empty()) {
        Some(kind) => format!("{from}: {amounts}, mostly with `{kind}`"),
        None => format!("{from}: {amounts}"),
    }
}

/// Describes the errors or time of a function's calls, before and now.
fn amounts(graph: &LoadGraph, measure: Measure, calls: &str, (before, now): (f64, f64)) -> String {
    match measure {
        Measure::Errors if graph.lasting => {
            format!("{} % of {calls} fail", figure(100.0 * now))
        }
        Measure::Errors => {
            let (before, now) = (figure(100.0 * before), figure(100.0 * now));
            format!("{now} % of {calls} fail instead of {before} %")
        }
        Measure::Time => {
            let (before, now) = (duration(before), duration(now));
            format!("{calls} take {now} instead of {before}")
        }
    }
}

fn name(graph: &LoadGraph, station: &Station) -> String {
    format!("`{}`", graph.functions[station.function].name)
}

fn before_and_now(change: Change, measure: Measure) -> (f64, f64) {
    let before = change.before.per_call(measure).unwrap_or(0.0);
    let now = change.now.per_call(measure).unwrap_or(0.0);
    (before, now)
}
