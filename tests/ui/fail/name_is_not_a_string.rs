use autometrics::instrument_fn;

#[instrument_fn(name = load)]
fn f() {}

fn main() {
    f();
}
