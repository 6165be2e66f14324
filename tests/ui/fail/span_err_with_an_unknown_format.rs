use autometrics::instrument_fn;

#[instrument_fn(span(err(Json)))]
fn f() {}

fn main() {
    f();
}
