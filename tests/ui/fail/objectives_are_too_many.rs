use autometrics::{Objective, instrument_fn};

const API: Objective = Objective::new("api").success_rate(99.0);

#[instrument_fn(objective = [API, API, API, API, API, API, API, API, API])]
fn f() {}

fn main() {
    f();
}
