//! What was found, in one sentence with numbers.

use super::{Flows, Measure, Station, walk::is_storm};

/// What rose where the path begins, and why it ends where it does.
pub(super) fn write(flows: &Flows, measure: Measure, path: &[Station]) -> String {
    let (Some(first), Some(last)) = (path.first(), path.last()) else {
        return String::new();
    };
    let rose = match measure {
        Measure::Errors if flows.lasting => {
            let (name, now) = (name(flows, first), figure(first.now));
            format!("{name} has {now} errors/s, and not more than before")
        }
        Measure::Errors => format!(
            "errors of {} rose from {}/s to {}/s",
            name(flows, first),
            figure(first.before),
            figure(first.now)
        ),
        Measure::Time => {
            let (before, now) = per_call(flows, first, measure);
            format!(
                "calls of {} take {} instead of {}",
                name(flows, first),
                duration(now),
                duration(before)
            )
        }
    };
    if path.len() == 1 {
        return format!("{rose}; none of the functions that it calls explains more of that");
    }
    let share = 100.0 * last.share;
    let from = format!(
        "{rose}; {share:.0} % of that comes from {}",
        name(flows, last)
    );
    if is_storm(last) {
        let (before, now) = last.per_call.unwrap_or_default();
        let caller = &path[path.len() - 2];
        return format!(
            "{from}, which {} calls {now:.1} times per call instead of {before:.1}",
            name(flows, caller)
        );
    }
    let (before, now) = per_call(flows, last, measure);
    match measure {
        Measure::Errors => {
            let kind = flows.functions[last.function].kind.as_deref();
            let mostly = kind
                .filter(|kind| !kind.is_empty())
                .map_or_else(String::new, |kind| format!(", mostly with `{kind}`"));
            let now = figure(100.0 * now);
            if flows.lasting {
                return format!("{from}, of whose calls {now} % fail{mostly}");
            }
            let before = figure(100.0 * before);
            format!("{from}, of whose calls {now} % fail instead of {before} %{mostly}")
        }
        Measure::Time => format!(
            "{from}, whose calls take {} instead of {}",
            duration(now),
            duration(before)
        ),
    }
}

fn name(flows: &Flows, station: &Station) -> String {
    format!("`{}`", flows.functions[station.function].id)
}

fn per_call(flows: &Flows, station: &Station, measure: Measure) -> (f64, f64) {
    let change = flows.functions[station.function].change;
    let before = change.before.per_call(measure).unwrap_or(0.0);
    let now = change.now.per_call(measure).unwrap_or(0.0);
    (before, now)
}

/// A time with the unit that reads best.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{} s", figure(s)),
        s if s >= 1e-3 => format!("{} ms", figure(1e3 * s)),
        s => format!("{} µs", figure(1e6 * s)),
    }
}

/// A number with two or three digits.
fn figure(number: f64) -> String {
    match number {
        n if n >= 99.5 => format!("{n:.0}"),
        n if n >= 9.95 => format!("{n:.1}"),
        0.0 => "0".to_owned(),
        n => format!("{n:.2}"),
    }
}
