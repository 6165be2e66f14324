//! Names of recorded series, and of their labels.

use super::Window;

/// Label with the name of the objective.
pub(super) const OBJECTIVE: &str = "objective_name";
/// Label with the kind of the indicator.
pub(super) const SLI: &str = "sli";

/// Returns the name of the series with events per second.
pub(super) fn calls(window: Window) -> String {
    format!("slo:calls:rate{window}")
}

/// Returns the name of the series with bad events per second.
pub(super) fn errors(window: Window) -> String {
    format!("slo:errors:rate{window}")
}

/// Returns the name of the series with the share of bad events.
pub(super) fn error_ratio(window: Window) -> String {
    format!("slo:error_ratio:{window}")
}

/// Returns the name of the series with the burn rate: 1 uses up the budget exactly at the end of
/// the period.
pub(super) fn burn_rate(window: Window) -> String {
    format!("slo:burn_rate:{window}")
}

/// Series with the share of bad events in the objective's period.
pub(super) const PERIOD_RATIO: &str = "slo:error_ratio:period";
/// Series with the share of the budget that is left; negative once it is overspent.
pub(super) const REMAINING: &str = "slo:error_budget:remaining";
/// Series with the seconds until the budget is used up.
pub(super) const EXHAUSTION: &str = "slo:error_budget:exhaustion_seconds";
/// Series that is always 1, with target, period, threshold and owner as labels.
pub(super) const INFO: &str = "slo:objective:info";
