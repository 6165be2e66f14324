//! Recording rules of one indicator.

use super::{
    Expr, Operator, Recording, Window,
    indicator::{Indicator, seconds},
    series,
};

/// Evaluation interval of rules that read the whole period. It is below the five minutes for which
/// Prometheus takes a value as current.
pub(super) const PERIOD_INTERVAL: Window = Window::minutes(2);

/// Returns the two rates, then error ratios and burn rates, shortest window first.
pub(super) fn windows(of: &Indicator<'_>) -> Vec<Recording> {
    let base = of.base();
    let mut rules = vec![
        Recording::new(series::calls(base), of.calls("rate", base), of),
        Recording::new(series::errors(base), of.errors("rate", base), of),
    ];
    for window in of.policy.windows() {
        let ratio = ratio(of, window);
        let burn = of
            .newest(series::error_ratio(window))
            .join(Operator::Divide, of.sli.target.budget().into());
        rules.extend([
            Recording::new(series::error_ratio(window), ratio, of),
            Recording::new(series::burn_rate(window), burn, of),
        ]);
    }
    rules
}

fn ratio(of: &Indicator<'_>, window: Window) -> Expr {
    if Indicator::is_raw(window) {
        of.ratio(window)
    } else {
        of.averaged_ratio(window)
    }
}

/// Returns the rules that read the whole period, such as the rest of the budget and the time until
/// it is used up, and the objective itself as labels.
pub(super) fn period(of: &Indicator<'_>) -> Vec<Recording> {
    let remaining = Expr::integer(1).join(
        Operator::Minus,
        of.newest(series::PERIOD_RATIO)
            .join(Operator::Divide, of.sli.target.budget().into()),
    );
    let mut info = Recording::new(series::INFO.to_owned(), of.present(), of);
    for (label, value) in promised(of) {
        info.label(&label, value);
    }
    vec![
        Recording::new(
            series::PERIOD_RATIO.to_owned(),
            of.averaged_ratio(of.slo.period),
            of,
        ),
        Recording::new(series::REMAINING.to_owned(), remaining, of),
        Recording::new(series::EXHAUSTION.to_owned(), exhaustion(of), of),
        info,
    ]
}

/// Returns target, period, threshold and owner as labels.
fn promised(of: &Indicator<'_>) -> Vec<(String, String)> {
    let mut labels = vec![
        ("target", of.sli.target.to_string()),
        ("period", of.slo.period.to_string()),
    ];
    labels.extend(of.sli.threshold.map(|it| ("threshold", format!("{it:?}"))));
    labels.extend(of.slo.owner.as_ref().map(|it| ("owner", it.clone())));
    let owned = |(label, value): (&str, String)| (label.to_owned(), value);
    labels.into_iter().map(owned).collect()
}

/// Returns *remaining · period / burn rate*, by the burn rate of the longest window, while both
/// windows of the same tier burn faster than 1.
fn exhaustion(of: &Indicator<'_>) -> Expr {
    let left = Expr::Call(
        "clamp_min",
        vec![of.newest(series::REMAINING), Expr::integer(0)],
    );
    let burns = |window| {
        of.newest(series::burn_rate(window))
            .join(Operator::Greater, Expr::integer(1))
    };
    let burning = match of.slowest() {
        Some(tier) => burns(tier.long).join(Operator::And, burns(tier.short)),
        None => burns(of.base()),
    };
    left.join(Operator::Multiply, seconds(of.slo.period))
        .join(Operator::Divide, burning)
}
