use autometrics::instrument_fn;

#[instrument_fn(colour = "red", name = "", track_concurrency = true)]
fn f() {}

fn main() {
    f();
}
