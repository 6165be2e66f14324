use autometrics::instrument_fn;

#[instrument_fn]
const LIMIT: u8 = 1;

fn main() {
    let _ = LIMIT;
}
