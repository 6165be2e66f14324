use autometrics::instrument_fn;

#[instrument_fn(track_concurrency = true)]
fn f() {}

fn main() {
    f();
}
