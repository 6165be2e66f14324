use autometrics::instrument_fn;

#[instrument_fn(objectve = API)]
fn f() {}

fn main() {
    f();
}
