use autometrics::{Objective, instrument_fn};

const API: Objective = Objective::new("api");

#[instrument_fn(objective = API)]
fn f() {}

fn main() {
    f();
}
