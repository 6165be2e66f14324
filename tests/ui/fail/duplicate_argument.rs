use autometrics::instrument_fn;

#[instrument_fn(track_concurrency, track_concurrency)]
fn f() {}

fn main() {
    f();
}
