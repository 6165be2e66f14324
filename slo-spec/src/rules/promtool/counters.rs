//! Series of counters that an indicator counts, and of some that it must not count.

use std::collections::BTreeMap;

use super::super::{Events, Matcher, Selector, document::Value, indicator::Indicator};
use crate::promql::{Test, quoted};

/// Service with the events of all tests.
pub(super) const TESTED: &str = "tested";
/// Second service, in tests with a label that tells services apart.
pub(super) const ANOTHER: &str = "another";

type Labels = BTreeMap<String, String>;

/// Events in a number of steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phase {
    pub(super) steps: u32,
    /// Good events per step.
    pub(super) good: f64,
    /// Bad events per step.
    pub(super) bad: f64,
}

/// Returns series that count events of a service; `None` if no label is known for the events that
/// `of.sli.events` leaves out.
pub(super) fn series(of: &Indicator<'_>, service: &str, phases: &[Phase]) -> Option<Vec<Value>> {
    let total = &of.sli.total;
    let (some, is_good) = match &of.sli.events {
        Events::Good(good) => (good, true),
        Events::Bad(bad) => (bad, false),
    };
    let named = |selector| labels(of, selector, service);
    let chosen = move |phase: &Phase| if is_good { phase.good } else { phase.bad };
    let others = move |phase: &Phase| if is_good { phase.bad } else { phase.good };
    let all = |phase: &Phase| phase.good + phase.bad;
    let counted = counter(some.metric(), &named(some), phases, &chosen);
    let rest = if some.metric() == total.metric() {
        let mut labels = named(total);
        let (label, value) = others_label(total, some)?;
        labels.insert(label, value);
        counter(total.metric(), &labels, phases, &others)
    } else {
        counter(total.metric(), &named(total), phases, &all)
    };
    Some(vec![rest, counted])
}

/// Returns series of the same metrics that differ from those of `of` in one label each.
pub(super) fn unrelated_series(of: &Indicator<'_>, phases: &[Phase]) -> Vec<Value> {
    let (Events::Good(some) | Events::Bad(some)) = &of.sli.events;
    let all = |phase: &Phase| phase.good + phase.bad;
    let mut series = Vec::new();
    for matcher in &of.sli.total.matchers {
        let Some(value) = left_out(matcher) else {
            continue;
        };
        let mut labels = labels(of, some, TESTED);
        labels.insert(matcher.label.clone(), value);
        series.push(counter(some.metric(), &labels, phases, &all));
    }
    series
}

/// Returns a grouping label that no matcher of the counters restricts.
pub(super) fn free_label<'a>(of: &'a Indicator<'_>) -> Option<&'a String> {
    let (Events::Good(some) | Events::Bad(some)) = &of.sli.events;
    let mut matchers = of.sli.total.matchers.iter().chain(&some.matchers);
    let mut free = of.options.grouping.iter();
    free.find(|label| !matchers.any(|it| &it.label == *label))
}

/// Returns the grouping labels of a service, with their values.
pub(super) fn grouping(of: &Indicator<'_>, service: &str) -> Labels {
    let mut labels = labels(of, &of.sli.total, service);
    labels.retain(|label, _| of.options.grouping.contains(label));
    labels
}

/// Returns `true` if no series belongs to both indicators.
pub(super) fn are_disjoint(one: &Indicator<'_>, other: &Indicator<'_>) -> bool {
    fn both<'a>(of: &'a Indicator<'_>) -> [&'a Selector; 2] {
        let (Events::Good(some) | Events::Bad(some)) = &of.sli.events;
        [&of.sli.total, some]
    }
    let differ = |one: &Selector, other: &Selector| {
        one.metric() != other.metric()
            || one.matchers.iter().any(|a| {
                let same = other.matchers.iter().filter(|b| a.label == b.label);
                same.into_iter().any(|b| match (&a.test, &b.test) {
                    (Test::Equal(a), Test::Equal(b)) => a != b,
                    _ => false,
                })
            })
    };
    let of_other = both(other);
    both(one)
        .iter()
        .all(|one| of_other.iter().all(|other| differ(one, other)))
}

fn labels(of: &Indicator<'_>, selector: &Selector, service: &str) -> Labels {
    let grouping = of.options.grouping.iter();
    let mut labels: Labels = grouping
        .map(|label| (label.clone(), TESTED.to_owned()))
        .collect();
    if let Some(label) = free_label(of) {
        labels.insert(label.clone(), service.to_owned());
    }
    for Matcher { label, test } in &selector.matchers {
        let value = match test {
            Test::Equal(value) => value.clone(),
            Test::OneOf(values) => values.first().cloned().unwrap_or_default(),
            Test::Matches { samples, .. } | Test::NotMatches { samples, .. } => {
                samples.selected.clone()
            }
            Test::NotEqual(value) => not(value),
            Test::AsAlert(_) => TESTED.to_owned(),
        };
        labels.insert(label.clone(), value);
    }
    labels
}

/// Returns a label with a value by which events belong to `total` and not to `some`.
fn others_label(total: &Selector, some: &Selector) -> Option<(String, String)> {
    let of_total = |label: &str| total.matchers.iter().any(|it| it.label == label);
    let mut own = some.matchers.iter().filter(|it| !of_total(&it.label));
    own.find_map(|matcher| Some((matcher.label.clone(), left_out(matcher)?)))
}

/// Returns a value that the matcher leaves out, if one is known.
fn left_out(matcher: &Matcher) -> Option<String> {
    match &matcher.test {
        Test::Equal(value) => Some(not(value)),
        Test::OneOf(values) => Some(not(&values.join(" or "))),
        Test::NotEqual(value) => Some(value.clone()),
        Test::Matches { samples, .. } | Test::NotMatches { samples, .. } => {
            samples.left_out.clone()
        }
        Test::AsAlert(_) => None,
    }
}

fn not(value: &str) -> String {
    match value {
        "bad" => "good".to_owned(),
        _ => format!("not {value}"),
    }
}

fn counter(metric: &str, labels: &Labels, phases: &[Phase], of: &dyn Fn(&Phase) -> f64) -> Value {
    let labels: Vec<_> = labels
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| format!("{label}={}", quoted(value)))
        .collect();
    let mut total = 0.0;
    let mut values = Vec::new();
    for (i, phase) in phases.iter().enumerate() {
        let step = of(phase);
        // `a+bxn` has n + 1 values.
        let (first, more) = if i == 0 {
            (total, phase.steps)
        } else {
            (total + step, phase.steps - 1)
        };
        total += step * f64::from(phase.steps);
        values.push(format!("{first}+{step}x{more}"));
    }
    Value::map([
        (
            "series",
            Value::text(format!("{metric}{{{}}}", labels.join(","))),
        ),
        ("values", Value::text(values.join(" "))),
    ])
}
