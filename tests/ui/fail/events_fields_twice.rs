//! Two fields of one name, of which a reader could have one.

use autometrics::instrument_fn;

#[instrument_fn(events(fields(id, id = id + 1)))]
fn load(id: u8) -> u8 {
    id
}

fn main() {
    load(1);
}
