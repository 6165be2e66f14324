//! A service with an objective that has the name of that of `pay` and a lower target.

use std::time::Duration;

use autometrics::{Objective, instrument_fn};
use pay::{Payment, run};

const PAY: Objective = Objective::new("pay")
    .success_rate(90.0)
    .latency(Duration::from_millis(20), 99.0)
    .owner("refunds");

#[instrument_fn(objective = PAY)]
fn refund(payment: Payment) -> Result<(), &'static str> {
    payment.make()
}

fn main() {
    run(refund);
}
