//! Burn-rate policies as data: severities, windows and factors of alerts.

#[cfg(feature = "policy-files")]
mod file;
mod period;
mod standard;
mod tier;

use std::collections::BTreeMap;

use crate::Percent;

#[cfg(feature = "policy-files")]
pub use self::file::PolicyError;
pub use self::{
    period::{Policies, Policy},
    tier::{Severity, Tier},
};
use super::Window;

impl Policies {
    /// Parses policies from TOML. Needs feature `policy-files`.
    ///
    /// `[[tier]]` is for objectives of all periods without a policy of their own, and
    /// `[[period.7d.tier]]` for those of 7 days.
    ///
    /// ```
    /// use slo_spec::rules::{Policies, Window};
    ///
    /// let policies = Policies::from_toml(
    ///     r#"
    ///     [[tier]]
    ///     severity = "page"
    ///     name = "fast"
    ///     long = "1h"
    ///     short = "5m"
    ///     factor = 14.4
    ///
    ///     [[period.7d.tier]]
    ///     severity = "page"
    ///     name = "fast"
    ///     long = "15m"
    ///     short = "5m"
    ///     factor = 14
    ///     for = "2m"
    ///     "#,
    /// )?;
    /// let week = policies.for_period(Window::days(7)).unwrap();
    /// assert_eq!(week.tiers[0].long, Window::minutes(15));
    /// # Ok::<(), slo_spec::rules::PolicyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not TOML, has no tier, has unknown or missing keys, or makes
    /// no sense: a short window that is not shorter than the long one, a factor of zero, two tiers
    /// of the same severity and name. The message names line and key.
    #[cfg(feature = "policy-files")]
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        file::read(text)
    }

    /// Returns the policy for objectives over `period`, if there is one.
    pub fn for_period(&self, period: Window) -> Option<&Policy> {
        self.of_period.get(&period).or(self.of_others.as_ref())
    }

    /// Returns `true` if there is no policy at all.
    pub fn is_empty(&self) -> bool {
        self.of_period.is_empty() && self.of_others.is_none()
    }
}

impl From<Policy> for Policies {
    /// Uses the policy for objectives of all periods.
    fn from(policy: Policy) -> Self {
        Self {
            of_period: BTreeMap::new(),
            of_others: Some(policy),
        }
    }
}

impl Policy {
    /// Returns the standard policy for objectives over `period`: that of the workbook for 30 and 28
    /// days, and windows in proportion for other periods.
    ///
    /// Sources: Google, *The Site Reliability Workbook*, chapter 5, "Alerting on SLOs", table 5-6,
    /// with the factors *share of the budget · period / long window*; and Pyrra, which scales the
    /// windows with the period.
    pub fn for_period(period: Window) -> Self {
        if period == Window::days(30) {
            standard::workbook_30d()
        } else if period == Window::days(28) {
            standard::workbook_28d()
        } else {
            standard::scaled(period)
        }
    }

    /// Returns all windows of all tiers, shortest first.
    pub fn windows(&self) -> Vec<Window> {
        let both = |tier: &Tier| [tier.short, tier.long];
        let mut windows: Vec<_> = self.tiers.iter().flat_map(both).collect();
        windows.sort_unstable();
        windows.dedup();
        windows
    }

    /// Describes the tiers that do not work for the budget of `target` over `period`, if metrics
    /// are scraped every `scrape`.
    pub fn problems(&self, target: Percent, period: Window, scrape: Window) -> Vec<String> {
        let budget = target.budget();
        let mut problems = Vec::new();
        for tier in &self.tiers {
            if tier.long > period {
                problems.push(format!(
                    "tier {tier} looks back {}, which is longer than the objective's period of {period}",
                    tier.long
                ));
            }
            let short = tier.short.as_seconds();
            if short < scrape.as_seconds().saturating_mul(4) {
                problems.push(format!(
                    "tier {tier} looks back {}, which is shorter than four scrape intervals of {scrape}",
                    tier.short
                ));
            }
            if !tier.can_fire(budget) {
                problems.push(self.describe_silent_tier(tier, target));
            }
        }
        problems
    }

    /// Describes a tier that can never fire, and the tiers that fire in a total outage.
    fn describe_silent_tier(&self, silent: &Tier, target: Percent) -> String {
        let budget = target.budget();
        let highest = 1.0 / budget.to_f64();
        let instead = self
            .tiers
            .iter()
            .filter(|tier| tier.can_fire(budget))
            .map(|tier| {
                let minutes = tier.detection(budget, 1.0) / 60.0;
                format!("{tier} after {minutes:.0} min")
            });
        let instead: Vec<_> = instead.collect();
        let instead = if instead.is_empty() {
            "no other tier can fire either: give it a lower factor, or the objective a higher target"
                .to_owned()
        } else {
            format!("a total outage fires {}", instead.join(", "))
        };
        format!(
            "tier {silent} can never fire: with a target of {target} %, even a total outage has a burn rate of only \
             {highest:.1}, and the tier needs more than {}; {instead}",
            silent.factor
        )
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Policy, Window};
    use crate::Percent;

    #[test]
    fn a_tier_that_cannot_fire_is_reported_with_the_tiers_that_can() {
        let period = Window::days(30);
        let problems =
            Policy::for_period(period).problems(Percent::new(90.0), period, Window::minutes(1));
        expect!["tier page/fast can never fire: with a target of 90 %, even a total outage has a burn rate of only 10.0, and the tier needs more than 14.4; a total outage fires page/slow after 216 min, ticket/fast after 432 min, ticket/slow after 432 min"]
            .assert_eq(&problems.join("\n"));
    }

    #[test]
    fn windows_beyond_the_period_and_below_four_scrapes_are_reported() {
        let problems = Policy::for_period(Window::days(30)).problems(
            Percent::new(99.9),
            Window::days(2),
            Window::minutes(2),
        );
        expect![[r"
            tier page/fast looks back 5m, which is shorter than four scrape intervals of 2m
            tier ticket/slow looks back 3d, which is longer than the objective's period of 2d"]]
        .assert_eq(&problems.join("\n"));
    }
}
