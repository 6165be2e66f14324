//! Standard policies, from published sources.

use super::{
    super::Window,
    Policy,
    Severity::{Page, Ticket},
    Tier,
};
use crate::Decimal;

/// Returns table 5-6 of the workbook: 2, 5, 10 and 10 % of the budget of 30 days, each with a short
/// window of a twelfth of the long one.
pub(super) fn workbook_30d() -> Policy {
    let factors = [(144, 1), (6, 0), (3, 0), (1, 0)].map(|(n, scale)| Decimal::new(n, scale));
    workbook(factors, "30 days")
}

/// Returns the same shares of the budget of 28 days: 0.02 · 672 h / 1 h and so on.
pub(super) fn workbook_28d() -> Policy {
    let factors = [(1344, 2), (56, 1), (28, 1), (9333, 4)].map(|(n, scale)| Decimal::new(n, scale));
    workbook(factors, "28 days")
}

fn workbook(factors: [Decimal; 4], period: &str) -> Policy {
    let [first, second, third, fourth] = factors;
    Policy {
        tiers: vec![
            tier(Page, "fast", Window::hours(1), Window::minutes(5), first),
            tier(Page, "slow", Window::hours(6), Window::minutes(30), second),
            tier(Ticket, "fast", Window::days(1), Window::hours(2), third),
            tier(Ticket, "slow", Window::days(3), Window::hours(6), fourth),
        ],
        source: format!(
            "The Site Reliability Workbook, chapter 5, table 5-6, for {period}: \
             2, 5, 10 and 10 % of the error budget"
        ),
    }
}

/// Shortest window in minutes, as in the workbook. Pyrra has a window of a minute for a week, in
/// which there would not be two scrapes, and so no rate.
const SHORTEST: u64 = 5;

/// Returns windows and factors of Pyrra, which has them for 28 days and scales the windows to other
/// periods, rounded to minutes. Pyrra's `for` is left out: it would delay alerts that the short
/// window confirms already.
pub(super) fn scaled(period: Window) -> Policy {
    let part = |minutes_of_28_days: u64| {
        let seconds = u64::from(period.as_seconds()) * minutes_of_28_days * 60;
        let minutes = (seconds + 14 * 24 * 60 * 60) / (28 * 24 * 60 * 60);
        let minutes = (minutes + 30) / 60;
        Window::minutes(u32::try_from(minutes.max(SHORTEST)).unwrap_or(u32::MAX))
    };
    let (hour, day) = (60, 24 * 60);
    let factor = |n| Decimal::new(n, 0);
    Policy {
        tiers: vec![
            tier(Page, "fast", part(hour), part(5), factor(14)),
            tier(Page, "slow", part(6 * hour), part(30), factor(7)),
            tier(Ticket, "fast", part(day), part(2 * hour), factor(2)),
            tier(Ticket, "slow", part(4 * day), part(6 * hour), factor(1)),
        ],
        source: format!("Pyrra's windows for 28 days, in proportion for {period}, and 5m at least"),
    }
}

fn tier(
    severity: super::Severity,
    name: &str,
    long: Window,
    short: Window,
    factor: Decimal,
) -> Tier {
    Tier {
        severity,
        name: name.to_owned(),
        long,
        short,
        factor,
        hold: None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Policy, Window};

    fn shown(policy: &Policy) -> String {
        let row =
            |tier: &super::Tier| format!("{tier} {}/{} x{}", tier.long, tier.short, tier.factor);
        policy.tiers.iter().map(row).collect::<Vec<_>>().join("\n")
    }

    /// Compares the factors with the formula in the workbook, to the digits that are written.
    #[test]
    fn factors_are_shares_of_the_budget() {
        for days in [28, 30] {
            let period = Window::days(days);
            let policy = Policy::for_period(period);
            for (tier, share) in policy.tiers.iter().zip([0.02, 0.05, 0.1, 0.1]) {
                let exact = share * period.as_f64() / tier.long.as_f64();
                let written = tier.factor.to_f64();
                assert!((exact - written).abs() < 5e-5, "{tier}: {exact} {written}");
            }
        }
    }

    #[test]
    fn windows_scale_with_the_period() {
        expect![[r"
            page/fast 15m/5m x14
            page/slow 1h30m/8m x7
            ticket/fast 6h/30m x2
            ticket/slow 1d/1h30m x1"]]
        .assert_eq(&shown(&Policy::for_period(Window::days(7))));
        expect![[r"
            page/fast 3h13m/16m x14
            page/slow 19h17m/1h36m x7
            ticket/fast 3d5h9m/6h26m x2
            ticket/slow 12d20h34m/19h17m x1"]]
        .assert_eq(&shown(&Policy::for_period(Window::days(90))));
    }
}
