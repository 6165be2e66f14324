use autometrics::instrument_fn;

/// A doc comment is not the place to point at.
#[instrument_fn]
struct Cart;

fn main() {
    let _ = Cart;
}
