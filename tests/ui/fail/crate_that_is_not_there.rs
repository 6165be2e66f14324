use autometrics::instrument_fn;

#[instrument_fn(crate = ::metrics)]
fn f() {}

fn main() {
    f();
}
