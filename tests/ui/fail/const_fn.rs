use autometrics::instrument_fn;

#[instrument_fn]
const fn f() {}

fn main() {
    f();
}
