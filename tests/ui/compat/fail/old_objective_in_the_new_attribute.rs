use autometrics::{
    instrument_fn,
    objectives::{Objective, ObjectivePercentile},
};

const API: Objective = Objective::new("api").success_rate(ObjectivePercentile::P99);

#[instrument_fn(objective = API)]
fn f() {}

fn main() {
    f();
}
