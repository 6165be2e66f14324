//! The names of what is recorded.

use super::Window;

/// Label with the name of the objective.
pub(super) const OBJECTIVE: &str = "objective_name";
/// Label with the kind of the indicator.
pub(super) const SLI: &str = "sli";

/// Events per second.
pub(super) fn calls(window: Window) -> String {
    format!("slo:calls:rate{window}")
}

/// Bad events per second.
pub(super) fn errors(window: Window) -> String {
    format!("slo:errors:rate{window}")
}

/// The share of bad events.
pub(super) fn error_ratio(window: Window) -> String {
    format!("slo:error_ratio:{window}")
}

/// Burn rate: 1 uses up the budget exactly at the end of the period.
pub(super) fn burn_rate(window: Window) -> String {
    format!("slo:burn_rate:{window}")
}

/// The share of bad events in the objective's period.
pub(super) const PERIOD_RATIO: &str = "slo:error_ratio:period";
/// The share of the budget that is left; negative once it is overspent.
pub(super) const REMAINING: &str = "slo:error_budget:remaining";
/// Seconds until nothing is left.
pub(super) const EXHAUSTION: &str = "slo:error_budget:exhaustion_seconds";
/// Always 1, with what is promised as labels.
pub(super) const INFO: &str = "slo:objective:info";
