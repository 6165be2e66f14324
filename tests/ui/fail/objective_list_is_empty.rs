use autometrics::instrument_fn;

#[instrument_fn(objective = [])]
fn f() {}

fn main() {
    f();
}
