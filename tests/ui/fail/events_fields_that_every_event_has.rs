//! A field cannot have the name of one that every event has.

use autometrics::instrument_fn;

#[instrument_fn(events(fields(user = id, error = 3)))]
fn load(id: u8) -> u8 {
    id
}

fn main() {
    load(1);
}
