//! What is recorded of one indicator.

use super::{Events, Expr, Operator, Recording, Selector, Window, indicator::Indicator, series};

/// Rates, error ratios and burn rates, shortest window first.
pub(super) fn windows(of: &Indicator<'_>) -> Vec<Recording> {
    let windows = of.policy.windows();
    let mut rules = Vec::with_capacity(windows.len() * 4);
    for &window in &windows {
        let (calls, errors) = if of.is_raw(window) {
            raw(of, window)
        } else {
            averaged(of, window)
        };
        let ratio = of.series(series::errors(window)).join(
            Operator::Over,
            // Idle is absent, not 0 / 0.
            of.series(series::calls(window))
                .join(Operator::Greater, Expr::whole(0)),
        );
        let burn = of
            .series(series::error_ratio(window))
            .join(Operator::Over, of.sli.target.budget().into());
        rules.extend([
            Recording::new(series::calls(window), calls, of),
            Recording::new(series::errors(window), errors, of),
            Recording::new(series::error_ratio(window), ratio, of),
            Recording::new(series::burn_rate(window), burn, of),
        ]);
    }
    rules
}

/// All events and the bad ones, per second, from the counters.
fn raw(of: &Indicator<'_>, window: Window) -> (Expr, Expr) {
    let by = &of.options.grouping;
    let sum = |selector: &Selector| Expr::rate(selector.clone(), window).sum_by(by);
    let calls = || of.series(series::calls(window));
    // What has not happened yet has no series: it is 0 as long as there are
    // events at all, which also keeps the labels. `vector(0)` would not.
    let or_zero = |some: Expr| {
        some.join_on(
            Operator::Or,
            by,
            Expr::whole(0).join(Operator::Times, calls()),
        )
    };
    let errors = match &of.sli.events {
        Events::Bad(bad) => or_zero(sum(bad)),
        Events::Good(good) => {
            let rest = calls().join_on(Operator::Minus, by, or_zero(sum(good)));
            // Scrapes between two counters may make it a little less than none.
            Expr::Call("clamp_min", vec![rest, Expr::whole(0)])
        }
    };
    (sum(&of.sli.total), errors)
}

/// The same from what was recorded over `base`. Both are present at the same
/// times, so that their quotient weighs events and not hours.
fn averaged(of: &Indicator<'_>, window: Window) -> (Expr, Expr) {
    let average = |name| {
        Expr::Call(
            "avg_over_time",
            vec![Expr::Range(of.recorded(name), window)],
        )
    };
    let base = of.base();
    (average(series::calls(base)), average(series::errors(base)))
}

/// What is left of the budget, and until when: these read the whole period.
pub(super) fn period(of: &Indicator<'_>) -> Vec<Recording> {
    let base = of.base();
    let sum = |name| {
        Expr::Call(
            "sum_over_time",
            vec![Expr::Range(of.recorded(name), of.slo.period)],
        )
    };
    let ratio = sum(series::errors(base)).join(
        Operator::Over,
        sum(series::calls(base)).join(Operator::Greater, Expr::whole(0)),
    );
    let remaining = Expr::whole(1).join(
        Operator::Minus,
        of.series(series::PERIOD_RATIO)
            .join(Operator::Over, of.sli.target.budget().into()),
    );
    let mut info = Recording::new(
        series::INFO.to_owned(),
        Expr::from(of.sli.total.clone()).aggregate("group", None, &of.options.grouping),
        of,
    );
    info.label("target", of.sli.target.to_string());
    info.label("period", of.slo.period.to_string());
    if let Some(threshold) = of.sli.threshold {
        info.label("threshold", format!("{threshold:?}"));
    }
    if let Some(owner) = &of.slo.owner {
        info.label("owner", owner.clone());
    }
    vec![
        Recording::new(series::PERIOD_RATIO.to_owned(), ratio, of),
        Recording::new(series::REMAINING.to_owned(), remaining, of),
        Recording::new(series::EXHAUSTION.to_owned(), exhaustion(of), of),
        info,
    ]
}

/// *remaining · period / burn rate*, of the longest window, while the short one
/// beside it says that it still burns.
fn exhaustion(of: &Indicator<'_>) -> Expr {
    let left = Expr::Call(
        "clamp_min",
        vec![of.series(series::REMAINING), Expr::whole(0)],
    );
    let burns = |window| {
        of.series(series::burn_rate(window))
            .join(Operator::Greater, Expr::whole(1))
    };
    let burning = match of.policy.tiers.iter().max_by_key(|tier| tier.long) {
        Some(tier) => burns(tier.long).join(Operator::And, burns(tier.short)),
        None => burns(of.base()),
    };
    left.join(
        Operator::Times,
        Expr::whole(of.slo.period.as_seconds().into()),
    )
    .join(Operator::Over, burning)
}
