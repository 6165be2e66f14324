use autometrics::instrument_fn;

struct Shop;

#[instrument_fn]
impl Shop {
    #[skip]
    #[instrument_fn(name = "close")]
    fn close(&self) {}
}

fn main() {
    Shop.close();
}
