use autometrics::instrument_fn;

#[instrument_fn(span(fields(user = %usr)))]
fn f(user: &str) {
    let _ = user;
}

fn main() {
    f("");
}
