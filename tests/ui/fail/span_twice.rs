use autometrics::instrument_fn;

#[instrument_fn(span, span(ret))]
fn f() {}

fn main() {
    f();
}
