use autometrics::instrument_fn;

struct Shop;

#[instrument_fn]
impl Shop {
    const fn new() -> Self {
        Self
    }
}

fn main() {
    Shop::new();
}
