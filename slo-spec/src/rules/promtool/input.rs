//! Series that do what a timeline says, as `promtool` reads them.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    super::{
        Events, Selector,
        document::Value,
        indicator::Indicator,
        promql::{Test, quoted},
    },
    timeline::{Phase, Timeline},
};

/// Where counters begin: `rate` takes one that begins at zero for one that was
/// just started, and guesses less.
const START: f64 = 1e9;

/// The service that all of it happens to, where services are told apart.
pub(super) const SERVICE: &str = "tested";

/// Another one, where there are two.
pub(super) const OTHER: &str = "another";

type Labels = BTreeMap<String, String>;

/// Which of the counters exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exist {
    All,
    /// Those of bad events do not, as before the first.
    NoneBad,
    /// Those of good events do not.
    NoneGood,
}

/// The series of one indicator, and others that must change nothing.
///
/// `spelling` chooses among values of a label that mean the same.
pub(super) fn series(
    of: &Indicator<'_>,
    timeline: &Timeline,
    interval: u32,
    spelling: usize,
    exist: Exist,
) -> Vec<Value> {
    let grouping = &of.options.grouping;
    let labels = |selector: &Selector| labels(selector, grouping, spelling);
    let total = &of.sli.total;
    let (some, is_bad) = match &of.sli.events {
        Events::Good(good) => (good, false),
        Events::Bad(bad) => (bad, true),
    };
    let of_some = move |phase: &Phase| {
        if is_bad {
            phase.errors
        } else {
            phase.calls - phase.errors
        }
    };
    let all = |phase: &Phase| phase.calls;
    let mut series = Vec::new();
    let mut put = |metric: &str, labels: &Labels, per_second: &dyn Fn(&Phase) -> f64| {
        series.push(Value::map([
            ("series", Value::text(spelled(metric, labels))),
            (
                "values",
                Value::text(values(timeline, interval, per_second)),
            ),
        ]));
    };
    let missing = if is_bad {
        Exist::NoneBad
    } else {
        Exist::NoneGood
    };
    let some_exist = exist != missing;
    if some.metric() == total.metric() {
        // All events are those and the others.
        let rest = others(total, some, grouping, spelling);
        put(total.metric(), &rest, &move |phase| {
            phase.calls - of_some(phase)
        });
    } else {
        put(total.metric(), &labels(total), &all);
    }
    if some_exist {
        put(some.metric(), &labels(some), &of_some);
    }
    // What a matcher leaves out, one by one.
    for selector in [total, some] {
        for (label, value) in outside(selector) {
            let mut labels = labels(selector);
            labels.insert(label, value);
            if labels_match(total, selector, &labels) || labels_match(some, selector, &labels) {
                continue;
            }
            put(selector.metric(), &labels, &all);
        }
    }
    series.dedup();
    unique(series)
}

/// The counters of another service, if there is a label that tells it.
pub(super) fn other_service(
    of: &Indicator<'_>,
    timeline: &Timeline,
    interval: u32,
    exist: Exist,
) -> Option<Vec<Value>> {
    let label = telling(of)?;
    let tested = format!("{label}={}", quoted(SERVICE));
    let other = format!("{label}={}", quoted(OTHER));
    let mut renamed = series(of, timeline, interval, 0, exist);
    for one in &mut renamed {
        if let Value::Map(entries) = one {
            if let Value::Text(name) = &mut entries[0].1 {
                *name = name.replace(&tested, &other);
            }
        }
    }
    Some(renamed)
}

/// Counters of all events in another service that has other objectives only.
pub(super) fn other_objectives(
    of: &Indicator<'_>,
    timeline: &Timeline,
    interval: u32,
) -> Vec<Value> {
    let total = &of.sli.total;
    let Some(telling) = telling(of) else {
        return Vec::new();
    };
    let mut series = Vec::new();
    for (label, value) in outside(total) {
        let mut labels = labels(total, &of.options.grouping, 0);
        labels.insert(label, value);
        labels.insert(telling.clone(), OTHER.to_owned());
        series.push(Value::map([
            ("series", Value::text(spelled(total.metric(), &labels))),
            (
                "values",
                Value::text(values(timeline, interval, &|phase| phase.calls)),
            ),
        ]));
    }
    series
}

/// The label that tells services apart, if it is free to.
fn telling<'a>(of: &'a Indicator<'_>) -> Option<&'a String> {
    let known = |label: &String| {
        let matchers = |selector: &Selector| selector.matchers.iter().any(|it| &it.label == label);
        let (Events::Good(some) | Events::Bad(some)) = &of.sli.events;
        matchers(&of.sli.total) || matchers(some)
    };
    of.options.grouping.iter().find(|label| !known(label))
}

/// No series twice: the first counts.
fn unique(series: Vec<Value>) -> Vec<Value> {
    let mut seen = Vec::new();
    let mut kept = Vec::new();
    for one in series {
        let Value::Map(entries) = &one else { continue };
        let name = entries[0].1.clone();
        if !seen.contains(&name) {
            seen.push(name);
            kept.push(one);
        }
    }
    kept
}

/// Labels that `selector` asks for.
pub(super) fn labels(selector: &Selector, grouping: &[String], spelling: usize) -> Labels {
    let mut labels: Labels = grouping
        .iter()
        .map(|label| (label.clone(), SERVICE.to_owned()))
        .collect();
    for matcher in &selector.matchers {
        let value = match &matcher.test {
            Test::Equal(value) => value.clone(),
            Test::OneOf(values) => {
                // What tells services apart is no spelling.
                let is_service = grouping.contains(&matcher.label);
                let n = if is_service { 0 } else { spelling };
                let value = values.get(n % values.len().max(1));
                value.cloned().unwrap_or_default()
            }
            Test::Matches { samples, .. } | Test::Differs { samples, .. } => {
                samples.selected.clone()
            }
            Test::NotEqual(value) => format!("not {value}"),
            Test::AsAlert(_) => SERVICE.to_owned(),
        };
        labels.insert(matcher.label.clone(), value);
    }
    labels
}

/// Labels that `total` asks for, and `some` does not.
fn others(total: &Selector, some: &Selector, grouping: &[String], spelling: usize) -> Labels {
    let mut labels = labels(total, grouping, spelling);
    for (label, value) in outside(some) {
        let of_total = total.matchers.iter().any(|matcher| matcher.label == label);
        if !of_total {
            labels.insert(label, value);
        }
    }
    labels
}

/// For each matcher a value that it leaves out, where one is known.
fn outside(selector: &Selector) -> impl Iterator<Item = (String, String)> {
    selector.matchers.iter().filter_map(|matcher| {
        let value = match &matcher.test {
            Test::Equal(value) => format!("not {value}"),
            Test::OneOf(values) => format!("not {}", values.join(" or ")),
            Test::NotEqual(value) => value.clone(),
            Test::Matches { samples, .. } | Test::Differs { samples, .. } => {
                samples.left_out.clone()?
            }
            Test::AsAlert(_) => return None,
        };
        Some((matcher.label.clone(), value))
    })
}

/// Whether series of `metric`'s name with these labels belong to `selector`.
fn labels_match(selector: &Selector, metric: &Selector, labels: &Labels) -> bool {
    selector.metric() == metric.metric()
        && selector.matchers.iter().all(|matcher| {
            let value = labels.get(&matcher.label).map_or("", String::as_str);
            match &matcher.test {
                Test::Equal(wanted) => value == wanted,
                Test::NotEqual(unwanted) => value != unwanted,
                Test::OneOf(wanted) => wanted.iter().any(|wanted| wanted == value),
                // Of all others nobody knows, but they are ours: what is not
                // left out is selected.
                Test::Matches { samples, .. } | Test::Differs { samples, .. } => {
                    samples.left_out.as_deref() != Some(value)
                }
                Test::AsAlert(_) => true,
            }
        })
}

fn spelled(metric: &str, labels: &Labels) -> String {
    let labels: Vec<_> = labels
        .iter()
        .map(|(label, value)| format!("{label}={}", quoted(value)))
        .collect();
    format!("{metric}{{{}}}", labels.join(","))
}

/// `1000+60x10 1600+0x5`: a start, and what is added how many times.
fn values(timeline: &Timeline, interval: u32, per_second: &dyn Fn(&Phase) -> f64) -> String {
    let mut text = String::new();
    let (mut value, mut at) = (START, 0);
    for phase in timeline.phases() {
        let added = per_second(phase) * f64::from(interval);
        let mut times = (phase.until - at) / interval;
        at = phase.until;
        if times == 0 {
            continue;
        }
        // The first value stands for itself; in later phases, it is the first
        // that something was added to.
        if text.is_empty() {
            let _ = write!(text, "{value}+{added}x{times}");
        } else {
            value += added;
            times -= 1;
            let _ = write!(text, " {value}+{added}x{times}");
        }
        value += added * f64::from(times);
    }
    text
}
