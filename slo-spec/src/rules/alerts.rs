//! Who is told what, and when.

use super::{
    Alert, Expr, Operator, Severity, Tier, Window, annotations::Annotations, indicator::Indicator,
    series, template,
};

/// Burns the budget too fast.
pub(super) const BURN: &str = "ErrorBudgetBurn";
/// Will have used up the budget soon.
pub(super) const EXHAUSTING: &str = "ErrorBudgetExhausting";
/// Has used up the budget.
pub(super) const EXHAUSTED: &str = "ErrorBudgetExhausted";
/// Is not watched, as its counters are missing.
pub(super) const ABSENT: &str = "ObjectiveWithoutMetrics";

/// How long counters must be missing: longer than a rolling restart takes.
pub(super) const ABSENT_FOR: Window = Window::minutes(15);

/// One alert per tier that can fire.
pub(super) fn burning(of: &Indicator<'_>) -> Vec<Alert> {
    let budget = of.sli.target.budget();
    let tiers = of.policy.tiers.iter().filter(|tier| tier.can_fire(budget));
    tiers
        .map(|tier| Alert {
            alert: BURN.to_owned(),
            expr: guarded(above(tier, of), tier.long, of),
            hold: None,
            labels: labels(of, tier.severity, &tier.name),
            annotations: Annotations::new(of).burning(tier),
        })
        .collect()
}

/// That the budget is, or soon will be, used up.
pub(super) fn exhaustion(of: &Indicator<'_>) -> Vec<Alert> {
    let mut alerts = Vec::new();
    let slowest = of.policy.tiers.iter().max_by_key(|tier| tier.long);
    if let (Some(within), Some(tier)) = (of.options.exhaustion_within, slowest) {
        // The recorded time is there only while both windows burn.
        let soon = of
            .series(series::EXHAUSTION)
            .join(Operator::Less, Expr::whole(within.as_seconds().into()));
        alerts.push(Alert {
            alert: EXHAUSTING.to_owned(),
            expr: guarded(soon, tier.long, of),
            hold: None,
            labels: labels(of, Severity::Ticket, "exhausting"),
            annotations: Annotations::new(of).exhausting(tier),
        });
    }
    if of.options.exhausted {
        let spent = of
            .series(series::REMAINING)
            .join(Operator::AtMost, Expr::whole(0));
        alerts.push(Alert {
            alert: EXHAUSTED.to_owned(),
            expr: spent,
            hold: None,
            labels: labels(of, Severity::Ticket, "exhausted"),
            annotations: Annotations::new(of).exhausted(),
        });
    }
    alerts
}

/// That there is nothing to compute any of this from.
pub(super) fn absent(of: &Indicator<'_>) -> Option<Alert> {
    of.options.absent.then(|| Alert {
        alert: ABSENT.to_owned(),
        // `absent` makes labels of all matchers, which would differ from one
        // objective to the next.
        expr: Expr::Call("absent", vec![of.sli.total.clone().into()]).aggregate(
            "group",
            None,
            &of.options.grouping,
        ),
        hold: Some(ABSENT_FOR),
        labels: labels(of, Severity::Ticket, "absent"),
        annotations: Annotations::new(of).absent(),
    })
}

fn above(tier: &Tier, of: &Indicator<'_>) -> Expr {
    let burns = |window| {
        of.series(series::burn_rate(window))
            .join(Operator::Greater, tier.factor.into())
    };
    burns(tier.long).join(Operator::And, burns(tier.short))
}

/// With a number of bad events below which nothing is said.
fn guarded(expr: Expr, window: Window, of: &Indicator<'_>) -> Expr {
    if of.options.min_bad_events == 0 {
        return expr;
    }
    let seconds = |window: Window| Expr::whole(window.as_seconds().into());
    let events = if of.is_raw(window) {
        of.series(series::errors(window))
            .join(Operator::Times, seconds(window))
    } else {
        // Averages of little history would count what has not happened yet.
        let base = of.base();
        let rates = Expr::Resampled(of.recorded(series::errors(base)), window, base);
        Expr::Call("sum_over_time", vec![rates]).join(Operator::Times, seconds(base))
    };
    expr.join(
        Operator::And,
        events.join(
            Operator::AtLeast,
            Expr::whole(of.options.min_bad_events.into()),
        ),
    )
}

fn labels(of: &Indicator<'_>, severity: Severity, tier: &str) -> Vec<(String, String)> {
    // Most come with the value, too. `promtool` takes alerts for the same if they
    // don't say it themselves, and an absent value has none.
    let mut labels = of.labels.clone();
    labels.push(("severity".to_owned(), severity.to_string()));
    labels.push(("tier".to_owned(), tier.to_owned()));
    if let Some(owner) = &of.slo.owner {
        labels.push(("owner".to_owned(), owner.clone()));
    }
    labels.sort();
    for (_, value) in &mut labels {
        // Prometheus takes labels of alerts for templates, unlike those of recordings.
        *value = template::literal(value);
    }
    labels
}
