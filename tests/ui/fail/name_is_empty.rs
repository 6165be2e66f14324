use autometrics::instrument_fn;

#[instrument_fn(name = "")]
fn f() {}

fn main() {
    f();
}
