//! `events` is no list of words.

use autometrics::instrument_fn;

#[instrument_fn(events = "errors")]
fn load() {}

fn main() {
    load();
}
