use autometrics::instrument_fn;

#[instrument_fn(span = "load")]
fn f() {}

fn main() {
    f();
}
