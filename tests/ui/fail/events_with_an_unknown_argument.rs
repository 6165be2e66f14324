//! `events` knows two arguments.

use autometrics::instrument_fn;

#[instrument_fn(events(sample = 10))]
fn load() {}

fn main() {
    load();
}
