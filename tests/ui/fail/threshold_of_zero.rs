use std::time::Duration;

use autometrics::Objective;

const API: Objective = Objective::new("api").latency(Duration::ZERO, 99.0);

fn main() {
    let _ = API;
}
