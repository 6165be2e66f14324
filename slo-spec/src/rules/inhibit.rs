//! Alertmanager configuration that notifies the right people of an outage, and only once.

use std::collections::BTreeSet;

use super::{
    GenerateError, Options, Severity, Slo, alerts, document::Value, generate::indicators,
    indicator::Indicator, series::SLI,
};
use crate::promql::quoted;

/// Generates parts of an `alertmanager.yml` for the alerts that [`generate`](super::generate)
/// creates from the same `slos` and `options`.
///
/// A page inhibits the tickets of the same service and objective. In one indicator and severity, an
/// earlier tier of the policy inhibits later ones. Each owner has a route, with a receiver for
/// pages and one for tickets. The receivers have names only; fill in the rest.
///
/// # Errors
///
/// Returns an error as [`generate`](super::generate) does.
pub fn generate_inhibitions(slos: &[Slo], options: &Options) -> Result<String, GenerateError> {
    let indicators = indicators(slos, options)?;
    let owners: BTreeSet<&str> = indicators
        .iter()
        .filter_map(|of| of.slo.owner.as_deref())
        .collect();
    let mut receivers = vec![receiver(DEFAULT)];
    for owner in &owners {
        receivers.extend([Severity::Page, Severity::Ticket].map(|it| receiver(&named(owner, it))));
    }
    let identity = identity(&indicators, options);
    let routes = owners.iter().map(|owner| route(owner, &identity));
    let document = Value::map([
        (
            "inhibit_rules",
            Value::List(inhibitions(&indicators, options, &identity)),
        ),
        (
            "route",
            Value::map([
                ("receiver", Value::text(DEFAULT)),
                ("routes", Value::List(routes.collect())),
            ]),
        ),
        ("receivers", Value::List(receivers)),
    ]);
    Ok(document.to_yaml())
}

/// Receiver of alerts without an owner.
const DEFAULT: &str = "default";

/// Returns the labels that tell one objective of one service from all others.
fn identity(indicators: &[Indicator<'_>], options: &Options) -> Vec<String> {
    let mut labels = options.grouping.clone();
    let own = indicators.iter().flat_map(|of| &of.labels);
    for (label, _) in own.filter(|(label, _)| label != SLI) {
        if !labels.contains(label) {
            labels.push(label.clone());
        }
    }
    labels
}

fn inhibitions(indicators: &[Indicator<'_>], options: &Options, identity: &[String]) -> Vec<Value> {
    let indicator = [identity, &[SLI.to_owned()]].concat();
    let severity = |severity: Severity| [is_ours(), equals("severity", severity.as_str())];
    let tier =
        |level: Severity, tier: &str| [&severity(level)[..], &[equals("tier", tier)]].concat();

    let mut rules = vec![inhibition(
        &severity(Severity::Page),
        &severity(Severity::Ticket),
        identity,
    )];
    let mut seen = BTreeSet::new();
    for of in indicators {
        for (i, first) in of.policy.tiers.iter().enumerate() {
            let later = of.policy.tiers[i + 1..].iter();
            for other in later.filter(|other| other.severity == first.severity) {
                if seen.insert((first.severity, &first.name, &other.name)) {
                    rules.push(inhibition(
                        &tier(first.severity, &first.name),
                        &tier(first.severity, &other.name),
                        &indicator,
                    ));
                }
            }
        }
    }
    if options.exhausted && options.exhaustion_within.is_some() {
        rules.push(inhibition(
            &[equals("alertname", alerts::EXHAUSTED)],
            &[equals("alertname", alerts::EXHAUSTING)],
            &indicator,
        ));
    }
    rules
}

fn inhibition(source: &[String], target: &[String], equal: &[String]) -> Value {
    let texts = |texts: &[String]| Value::List(texts.iter().map(Value::text).collect());
    Value::map([
        ("source_matchers", texts(source)),
        ("target_matchers", texts(target)),
        ("equal", texts(equal)),
    ])
}

fn route(owner: &str, identity: &[String]) -> Value {
    let by = identity.iter().map(Value::text);
    let to = |severity: Severity| {
        Value::map([
            (
                "matchers",
                Value::List(vec![Value::text(equals("severity", severity.as_str()))]),
            ),
            ("receiver", Value::text(named(owner, severity))),
        ])
    };
    Value::map([
        (
            "matchers",
            Value::List([is_ours(), equals("owner", owner)].map(Value::text).into()),
        ),
        ("group_by", Value::List(by.collect())),
        (
            "routes",
            Value::List([Severity::Page, Severity::Ticket].map(to).into()),
        ),
    ])
}

fn receiver(name: &str) -> Value {
    Value::map([("name", Value::text(name))])
}

fn named(owner: &str, severity: Severity) -> String {
    format!("{owner}-{severity}")
}

/// Returns a matcher for the names of our alerts: others may have labels of the same names.
fn is_ours() -> String {
    let names = [
        alerts::BURN,
        alerts::EXHAUSTING,
        alerts::EXHAUSTED,
        alerts::ABSENT,
    ];
    format!("alertname=~{}", quoted(&names.join("|")))
}

fn equals(label: &str, value: &str) -> String {
    format!("{label}={}", quoted(value))
}
