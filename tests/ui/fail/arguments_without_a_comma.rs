use autometrics::instrument_fn;

#[instrument_fn(track_concurrency name = "f")]
fn f() {}

fn main() {
    f();
}
