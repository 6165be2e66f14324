//! Alerting rules of one indicator.

use super::{
    Alert, Expr, Operator, Severity, Tier, Window,
    annotations::Annotations,
    indicator::{Indicator, seconds},
    series,
};
use crate::promql::braces;

/// Alert for a budget that burns too fast.
pub(super) const BURN: &str = "ErrorBudgetBurn";
/// Alert for a budget that will be used up soon.
pub(super) const EXHAUSTING: &str = "ErrorBudgetExhausting";
/// Alert for a budget that is used up.
pub(super) const EXHAUSTED: &str = "ErrorBudgetExhausted";
/// Alert for missing counters, without which nothing watches the objective.
pub(super) const ABSENT: &str = "ObjectiveWithoutMetrics";

/// Time for which counters must be missing: longer than a rolling restart takes.
pub(super) const ABSENT_FOR: Window = Window::minutes(15);

/// Alerts of one indicator, by the series that they read.
#[derive(Debug, Default)]
pub(super) struct Alerts {
    /// Tiers with a long window below a day, and missing counters.
    pub(super) counters: Vec<Alert>,
    /// Tiers with a long window of a day or more.
    pub(super) recordings: Vec<Alert>,
    /// Alerts about the budget of the whole period.
    pub(super) period: Vec<Alert>,
}

/// Returns the alerts that [`Options`](super::Options) request. Tiers that could never fire have no
/// alert.
pub(super) fn all(of: &Indicator<'_>) -> Alerts {
    let mut alerts = Alerts::default();
    if of.options.record_only {
        return alerts;
    }
    let budget = of.sli.target.budget();
    for tier in of.policy.tiers.iter().filter(|it| it.can_fire(budget)) {
        let group = if Indicator::is_raw(tier.long) {
            &mut alerts.counters
        } else {
            &mut alerts.recordings
        };
        group.push(burning(of, tier));
    }
    alerts.counters.extend(absent(of));
    alerts.period.extend(exhausting(of));
    alerts.period.extend(exhausted(of));
    alerts
}

fn burning(of: &Indicator<'_>, tier: &Tier) -> Alert {
    let burn = |window| {
        if Indicator::is_raw(tier.long) {
            of.ratio(window)
                .join(Operator::Divide, of.sli.target.budget().into())
        } else {
            of.newest(series::burn_rate(window))
        }
    };
    let burns = |window| burn(window).join(Operator::Greater, tier.factor.into());
    let errors = if Indicator::is_raw(tier.long) {
        of.errors("increase", tier.long)
    } else {
        of.averaged_errors(tier.long)
    };
    Alert {
        alert: BURN.to_owned(),
        expr: with_min_bad_events(
            burns(tier.long).join(Operator::And, burns(tier.short)),
            errors,
            of,
        ),
        hold: tier.hold,
        keep: keep_firing_for(of, tier),
        labels: labels(of, tier.severity, &tier.name),
        annotations: Annotations::new(of).burning(tier),
    }
}

/// Returns the time for which `tier` keeps firing after its end, so that it ends after all later
/// tiers of its severity. Otherwise, Alertmanager would notify of one of those at the end of an
/// outage, as soon as nothing inhibits it any more.
///
/// One evaluation is added to the difference of the short windows: two tiers rarely end in the same
/// evaluation, as evaluations are missed, and windows are not multiples of their interval.
fn keep_firing_for(of: &Indicator<'_>, tier: &Tier) -> Option<Window> {
    let tiers = of.policy.tiers.iter();
    let later = tiers.skip_while(|it| *it != tier);
    let same = later.filter(|it| it.severity == tier.severity);
    let longest = same.map(|it| it.short).max()?;
    let longer = longest.as_seconds().checked_sub(tier.short.as_seconds())?;
    let evaluation = of.options.scrape_interval.as_seconds();
    (longer > 0).then(|| Window::seconds(longer.saturating_add(evaluation)))
}

fn exhausting(of: &Indicator<'_>) -> Option<Alert> {
    let (within, tier) = (of.options.exhaustion_within?, of.slowest()?);
    // The time is recorded only while both windows burn.
    let soon = of
        .newest(series::EXHAUSTION)
        .join(Operator::Less, seconds(within));
    Some(Alert {
        alert: EXHAUSTING.to_owned(),
        expr: with_min_bad_events(soon, of.averaged_errors(tier.long), of),
        hold: None,
        keep: None,
        labels: labels(of, Severity::Ticket, "exhausting"),
        annotations: Annotations::new(of).exhausting(tier),
    })
}

fn exhausted(of: &Indicator<'_>) -> Option<Alert> {
    let spent = of
        .newest(series::REMAINING)
        .join(Operator::AtMost, Expr::integer(0));
    of.options.exhausted.then(|| Alert {
        alert: EXHAUSTED.to_owned(),
        expr: spent,
        hold: None,
        keep: None,
        labels: labels(of, Severity::Ticket, "exhausted"),
        annotations: Annotations::new(of).exhausted(),
    })
}

/// Returns the alert for a service that had counters and has lost them, or for no service with
/// counters.
fn absent(of: &Indicator<'_>) -> Option<Alert> {
    let by = &of.options.grouping;
    let gone = of.expected().join_on(Operator::Unless, by, of.present());
    // `absent` creates labels from all matchers, which would differ from one objective to the next.
    let none = Expr::Call("absent", vec![of.counter().clone().into()]).group_by(by);
    of.options.absent.then(|| Alert {
        alert: ABSENT.to_owned(),
        // If the only service disappears, both sides have a value, and one is enough.
        expr: gone.join_on(Operator::Or, &[], none),
        hold: Some(ABSENT_FOR),
        keep: None,
        labels: labels(of, Severity::Ticket, "absent"),
        annotations: Annotations::new(of).absent(),
    })
}

/// Restricts `expr` to the minimum number of bad events, below which no alert fires.
fn with_min_bad_events(expr: Expr, errors: Expr, of: &Indicator<'_>) -> Expr {
    let least = of.options.min_bad_events;
    if least == 0 {
        return expr;
    }
    let enough = errors.join(Operator::AtLeast, Expr::integer(least.into()));
    expr.join(Operator::And, enough)
}

fn labels(of: &Indicator<'_>, severity: Severity, tier: &str) -> Vec<(String, String)> {
    let mut labels = of.labels.clone();
    labels.push(("severity".to_owned(), severity.to_string()));
    labels.push(("tier".to_owned(), tier.to_owned()));
    if let Some(owner) = &of.slo.owner {
        labels.push(("owner".to_owned(), owner.clone()));
    }
    labels.sort();
    for (_, value) in &mut labels {
        // Prometheus takes labels of alerts for templates, unlike those of recordings.
        *value = braces::literal(value);
    }
    labels
}
