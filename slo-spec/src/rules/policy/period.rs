//! The data of policies, by the period of their objectives.

use std::collections::BTreeMap;

use super::Tier;
use crate::rules::Window;

/// Tiers of burn-rate alerts, from the most to the least urgent, and where
/// their numbers come from.
///
/// A tier fires when the error budget burned at least [`factor`](Tier::factor)
/// times as fast as it may, both over its long window (enough happened to
/// matter) and over its short one (it still happens).
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
    /// The tiers; at least one.
    pub tiers: Vec<Tier>,
    /// Source of the numbers, for whoever asks later.
    pub source: String,
}

/// Policies by the period of the objectives that they are for.
///
/// The default has none: each objective gets the [standard one](Policy::for_period).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// Policies for objectives of one period each.
    pub of_period: BTreeMap<Window, Policy>,
    /// The policy for objectives of all other periods.
    pub of_others: Option<Policy>,
}
