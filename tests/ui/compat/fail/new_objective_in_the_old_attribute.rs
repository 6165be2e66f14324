use autometrics::{Objective, autometrics};

const API: Objective = Objective::new("api").success_rate(99.0);

#[autometrics(objective = API)]
fn f() {}

fn main() {
    f();
}
