//! The old version of the service, with a stricter success rate and the default buckets.

use std::time::Duration;

use autometrics::{Objective, instrument_fn};
use pay::{Payment, run};

const PAY: Objective = Objective::new("pay")
    .success_rate(99.9)
    .latency(Duration::from_millis(200), 99.0)
    .owner("payments");

#[instrument_fn(objective = PAY)]
fn pay(payment: Payment) -> Result<(), &'static str> {
    payment.make()
}

fn main() {
    run(pay);
}
