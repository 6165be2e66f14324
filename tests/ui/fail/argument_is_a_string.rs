use autometrics::instrument_fn;

#[instrument_fn("api")]
fn f() {}

fn main() {
    f();
}
