//! One tier of a policy.

use std::fmt;

use serde::Deserialize;

use super::super::Window;
use crate::Decimal;

/// Condition of one alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Urgency of its alerts.
    pub severity: Severity,
    /// Name among the tiers of the same severity: `fast`, `slow`.
    pub name: String,
    /// Long window, in which enough must have happened.
    pub long: Window,
    /// Short window, in which it must still happen.
    pub short: Window,
    /// Burn rate above which the tier fires: 1 uses up the budget exactly at the end of the period.
    pub factor: Decimal,
    /// Time for which both windows must be above the factor. Default: none, as the short window is
    /// a confirmation already. The time delays each alert, and a shorter burn never fires.
    pub hold: Option<Window>,
}

/// Urgency of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Needs attention now.
    Page,
    /// Needs attention in working hours.
    Ticket,
}

impl Tier {
    /// Returns `true` if a total outage would make the tier fire: factor · budget is below 1.
    pub fn can_fire(&self, budget: Decimal) -> bool {
        let units = u128::from(self.factor.units()) * u128::from(budget.units());
        let scale = u32::from(self.factor.scale()) + u32::from(budget.scale());
        units < 10_u128.pow(scale)
    }

    /// Returns the seconds until a change from no errors to a share of `error_ratio` makes the tier
    /// fire: *long window · factor · budget / error ratio*.
    ///
    /// The source is the workbook's [detection time]. A result above the long window has no
    /// meaning: the tier never fires then.
    ///
    /// [detection time]: https://sre.google/workbook/alerting-on-slos/
    pub fn detection(&self, budget: Decimal, error_ratio: f64) -> f64 {
        self.long.as_f64() * self.factor.to_f64() * budget.to_f64() / error_ratio
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.severity, self.name)
    }
}

impl Severity {
    /// Returns the value of the label `severity`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
