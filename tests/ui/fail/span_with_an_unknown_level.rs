use autometrics::instrument_fn;

#[instrument_fn(span(level = "loud"))]
fn f() {}

fn main() {
    f();
}
