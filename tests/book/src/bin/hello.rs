//! The program at the top of README.

use std::num::ParseIntError;

use autometrics::{instrument_fn, prometheus, snapshot};

#[instrument_fn]
fn checkout(cart: &str) -> Result<u64, ParseIntError> {
    price(cart)
}

#[instrument_fn]
fn price(cart: &str) -> Result<u64, ParseIntError> {
    cart.parse()
}

fn main() {
    let _ = (checkout("42"), checkout("forty-two"));
    let page = prometheus::encode(&snapshot(), prometheus::Format::Text);
    print!("{page}");
}
