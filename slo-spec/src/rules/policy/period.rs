//! Policies as data, by the period of their objectives.

use std::collections::BTreeMap;

use super::Tier;
use crate::rules::Window;

/// Tiers of burn-rate alerts, from the most to the least urgent, with the source of their numbers.
///
/// A tier fires if the error budget burned more than [`factor`](Tier::factor) times as fast as it
/// may, both over its long window (enough happened to matter) and over its short one (it still
/// happens).
///
/// ```
/// use slo_spec::rules::{Policy, Window};
///
/// let policy = Policy::for_period(Window::days(30));
/// let first = &policy.tiers[0];
/// assert_eq!((first.long, first.short), (Window::hours(1), Window::minutes(5)));
/// assert_eq!(first.factor.to_string(), "14.4");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Tiers of the policy; at least one.
    pub tiers: Vec<Tier>,
    /// Source of the numbers, for documentation.
    pub source: String,
}

/// Policies by the period of the objectives that they are for.
///
/// The default is empty: each objective gets the [standard policy](Policy::for_period).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// Policies for objectives of one period each.
    pub of_period: BTreeMap<Window, Policy>,
    /// Policy for objectives of all other periods.
    pub of_others: Option<Policy>,
}
