use autometrics::Objective;

const API: Objective = Objective::new("api").success_rate(99.0).period_days(1);

fn main() {
    let _ = API;
}
