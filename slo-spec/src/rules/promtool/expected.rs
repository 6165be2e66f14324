//! Expected results of queries.

use super::{
    super::{Severity, Tier, alerts, document::Value, indicator::Indicator, series},
    counters,
};
use crate::promql::{Test, quoted};

/// Query with its expected result at a time.
pub(super) struct Expected {
    pub(super) expr: String,
    /// Time of the query, in seconds.
    pub(super) at: u32,
    /// Labels and value of each sample.
    pub(super) samples: Vec<(Vec<(String, String)>, u64)>,
}

/// Expects these tiers to fire for `service`, and no others for any service.
pub(super) fn burning(
    of: &Indicator<'_>,
    at: u32,
    service: &str,
    tiers: &[&Tier],
) -> Option<Expected> {
    let samples = tiers.iter().map(|tier| {
        let mut labels: Vec<_> = counters::grouping(of, service).into_iter().collect();
        labels.push(("severity".to_owned(), tier.severity.to_string()));
        labels.push(("tier".to_owned(), tier.name.clone()));
        (labels, 1)
    });
    firing(of, at, alerts::BURN, None, samples.collect())
}

/// Expects no tier of `severity` to fire; with `None`, no tier at all.
pub(super) fn none_fires(
    of: &Indicator<'_>,
    at: u32,
    severity: Option<Severity>,
) -> Option<Expected> {
    firing(of, at, alerts::BURN, severity, Vec::new())
}

/// Expects the alert `name` to fire for these services only; `None` is an alert without a service.
pub(super) fn fires(
    of: &Indicator<'_>,
    at: u32,
    name: &str,
    services: &[Option<&str>],
) -> Option<Expected> {
    let samples = services.iter().map(|service| {
        let mut labels: Vec<_> = match service {
            Some(service) => counters::grouping(of, service).into_iter().collect(),
            None => known(of),
        };
        let tier = match name {
            alerts::ABSENT => "absent",
            alerts::EXHAUSTED => "exhausted",
            _ => "exhausting",
        };
        labels.push(("severity".to_owned(), Severity::Ticket.to_string()));
        labels.push(("tier".to_owned(), tier.to_owned()));
        (labels, 1)
    });
    firing(of, at, name, None, samples.collect())
}

/// Returns the grouping labels that are known without any series.
fn known(of: &Indicator<'_>) -> Vec<(String, String)> {
    let matchers = of.counter().matchers.iter();
    let equal = matchers.filter_map(|matcher| match &matcher.test {
        Test::Equal(value) => Some((matcher.label.clone(), value.clone())),
        _ => None,
    });
    let grouping = |(label, _): &(String, String)| of.options.grouping.contains(label);
    equal.filter(grouping).collect()
}

fn firing(
    of: &Indicator<'_>,
    at: u32,
    name: &str,
    severity: Option<Severity>,
    samples: Vec<(Vec<(String, String)>, u64)>,
) -> Option<Expected> {
    let mut selector = of.recorded("ALERTS");
    selector.push("alertname", Test::Equal(name.to_owned()));
    selector.push("alertstate", Test::Equal("firing".to_owned()));
    if let Some(severity) = severity {
        selector.push("severity", Test::Equal(severity.to_string()));
    }
    let by = of.options.grouping.iter().map(String::as_str);
    let by: Vec<_> = by.chain(["severity", "tier"]).collect();
    (!of.options.record_only).then(|| Expected {
        expr: format!("count by ({}) ({selector})", by.join(", ")),
        at,
        samples,
    })
}

/// Expects `share` of the budget to be used up, rounded to a percentage.
pub(super) fn used(of: &Indicator<'_>, at: u32, share: f64) -> Expected {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small number above zero"
    )]
    let percent = (100.0 * share).round() as u64;
    let left = of.newest(series::REMAINING);
    Expected {
        expr: format!("round(100 * (1 - {left}))"),
        at,
        samples: vec![(
            counters::grouping(of, counters::TESTED)
                .into_iter()
                .collect(),
            percent,
        )],
    }
}

/// Expects that no error ratio is recorded.
pub(super) fn no_ratio(of: &Indicator<'_>, at: u32) -> Expected {
    let ratios = of.recorded("").to_string();
    Expected {
        expr: format!(
            "count({{__name__=~\"slo:error_ratio:.+\",{}",
            ratios.trim_start_matches('{')
        ) + ")",
        at,
        samples: Vec::new(),
    }
}

impl Expected {
    pub(super) fn into_value(self) -> Value {
        let samples = self.samples.into_iter().map(|(mut labels, value)| {
            labels.retain(|(_, value)| !value.is_empty());
            labels.sort();
            let labels: Vec<_> = labels
                .iter()
                .map(|(label, value)| format!("{label}={}", quoted(value)))
                .collect();
            Value::map([
                ("labels", Value::text(format!("{{{}}}", labels.join(",")))),
                ("value", Value::Whole(value)),
            ])
        });
        Value::map([
            ("expr", Value::text(self.expr)),
            ("eval_time", Value::text(format!("{}s", self.at))),
            ("exp_samples", Value::List(samples.collect())),
        ])
    }
}
