//! A field has a name, or is one.

use autometrics::instrument_fn;

#[instrument_fn(events(fields(id + 1)))]
fn load(id: u8) -> u8 {
    id
}

#[instrument_fn(events(fields(%id = id)))]
fn load_again(id: u8) -> u8 {
    id
}

fn main() {
    load(1);
    load_again(1);
}
