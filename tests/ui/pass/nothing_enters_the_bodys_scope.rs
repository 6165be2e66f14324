//! Names that an expansion might use belong to the body.
#![deny(warnings, missing_docs, unused_qualifications)]
#![forbid(unsafe_code)]

use autometrics::instrument_fn;

#[instrument_fn]
fn names(autometrics: u8, site: u8, caller: u8, result: u8, returned: u8, value: u8) -> u8 {
    autometrics + site + caller + result + returned + value
}

#[instrument_fn]
async fn names_async(autometrics: u8, site: u8, caller: u8, value: u8) -> u8 {
    autometrics + site + caller + value
}

mod core {}
mod std {}

#[instrument_fn]
fn shadowed_crates() -> Option<u8> {
    None
}

fn main() {
    assert_eq!(names(1, 2, 3, 4, 5, 6), 21);
    drop(names_async(1, 2, 3, 4));
    shadowed_crates();
}
