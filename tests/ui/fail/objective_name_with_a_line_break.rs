use autometrics::Objective;

const API: Objective = Objective::new("a\nb").success_rate(99.0);

fn main() {
    let _ = API;
}
