use autometrics::Objective;

const API: Objective = Objective::new("api").success_rate(100.0);

fn main() {
    let _ = API;
}
