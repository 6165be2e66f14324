//! A field has to be shown: a number of things have `Debug` and no `Display`.

use autometrics::instrument_fn;

#[derive(Clone, Copy, Debug)]
struct Point(u8);

struct Secret(String);

#[instrument_fn(events(fields(point, ?secret)))]
fn load(point: Point, secret: Secret) -> usize {
    usize::from(point.0) + secret.0.len()
}

fn main() {
    load(Point(1), Secret(String::new()));
}
