use autometrics::instrument_fn;

#[instrument_fn(span(colour = 1))]
fn f() {}

fn main() {
    f();
}
