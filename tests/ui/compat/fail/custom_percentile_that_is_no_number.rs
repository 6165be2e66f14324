use autometrics::{
    autometrics,
    objectives::{Objective, ObjectivePercentile},
};

const API: Objective = Objective::new("api").success_rate(ObjectivePercentile::Custom("99,5"));

#[autometrics(objective = API)]
fn f() {}

fn main() {
    f();
}
