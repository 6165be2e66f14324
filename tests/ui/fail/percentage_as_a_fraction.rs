use autometrics::Objective;

const API: Objective = Objective::new("api").success_rate(0.999);

fn main() {
    let _ = API;
}
