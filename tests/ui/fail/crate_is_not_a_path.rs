use autometrics::instrument_fn;

#[instrument_fn(crate = "autometrics")]
fn f() {}

fn main() {
    f();
}
