//! A time has a unit, and is above zero.

use std::time::Duration;

use autometrics::instrument_fn;

#[instrument_fn(events(slower_than = "250"))]
fn load() {}

#[instrument_fn(events(slower_than = 250))]
fn load_again() {}

#[instrument_fn(events(slower_than = Duration::ZERO))]
fn load_at_last() {}

fn main() {
    load();
    load_again();
    load_at_last();
}
