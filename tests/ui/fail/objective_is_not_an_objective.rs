use autometrics::instrument_fn;

const API: &str = "api";

#[instrument_fn(objective = API)]
fn f() {}

fn main() {
    f();
}
