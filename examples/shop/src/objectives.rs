//! Objectives of the shop.

use std::time::Duration;

use autometrics::Objective;

/// Orders succeed, and fast enough that the customer still waits at the button.
pub(crate) const CHECKOUT: Objective = Objective::new("checkout")
    .success_rate(99.9)
    .latency(Duration::from_millis(180), 99.0)
    .owner("payments")
    .runbook("https://wiki.example/shop/checkout");

/// Browsing, searching and viewing products feel immediate.
pub(crate) const CATALOGUE: Objective = Objective::new("catalogue")
    .success_rate(99.5)
    .latency(Duration::from_millis(25), 95.0)
    .owner("storefront")
    .runbook("https://wiki.example/shop/catalogue");
