//! The new version of the service, with other targets, another threshold and other buckets.

use std::time::Duration;

use autometrics::{Objective, Settings, instrument_fn};
use pay::{Payment, run};

const PAY: Objective = Objective::new("pay")
    .success_rate(99.5)
    .latency(Duration::from_millis(180), 99.5)
    .owner("payments");

#[instrument_fn(objective = PAY)]
fn pay(payment: Payment) -> Result<(), &'static str> {
    payment.make()
}

fn main() {
    Settings::new()
        .buckets([0.001, 0.03, 0.18, 0.5])
        .apply()
        .expect("nothing was recorded yet");
    run(pay);
}
