//! One tier of a policy.

use std::fmt;

use serde::Deserialize;

use super::super::Window;
use crate::Decimal;

/// One condition on which someone is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Urgency of its alerts.
    pub severity: Severity,
    /// Name among the tiers of that severity: `fast`, `slow`.
    pub name: String,
    /// Over which time enough must have happened.
    pub long: Window,
    /// Over which time it must still happen.
    pub short: Window,
    /// Burn rate above which it fires: 1 uses up the budget exactly at
    /// the end of the period.
    pub factor: Decimal,
    /// Time for which both windows must be above the factor; the short one confirms it
    /// already. Default: none. Each alert comes that much later, and what lasts
    /// shorter is never told.
    pub hold: Option<Window>,
}

/// Urgency of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Now.
    Page,
    /// In working hours.
    Ticket,
}

impl Tier {
    /// Returns whether a total outage would make it fire: factor · budget is below 1.
    pub fn can_fire(&self, budget: Decimal) -> bool {
        let units = u128::from(self.factor.units()) * u128::from(budget.units());
        let scale = u32::from(self.factor.scale()) + u32::from(budget.scale());
        units < 10_u128.pow(scale)
    }

    /// Returns after how many seconds a change from no errors to a share of
    /// `error_ratio` makes it fire: *long window · factor · budget / error ratio*.
    ///
    /// The source is the workbook's [detection time]. The result is without
    /// meaning where it is above the long window: it then never fires.
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
    /// As the label says it.
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
