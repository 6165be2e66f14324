use autometrics::instrument_fn;

#[instrument_fn(ok_if = |value| value.len())]
fn f() -> String {
    String::new()
}

fn main() {
    f();
}
