use autometrics::instrument_fn;

#[instrument_fn(span(level = 7))]
fn f() {}

fn main() {
    f();
}
