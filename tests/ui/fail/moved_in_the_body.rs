use autometrics::instrument_fn;

#[instrument_fn]
fn f(text: String) -> usize {
    drop(text);
    text.len()
}

fn main() {
    f(String::new());
}
