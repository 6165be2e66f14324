//! A reference is kept to the end of the call, so what it refers to cannot go before.

use autometrics::instrument_fn;

#[instrument_fn(events(fields(name = &name)))]
fn load(name: String) -> usize {
    drop(name);
    1
}

fn main() {
    load(String::new());
}
