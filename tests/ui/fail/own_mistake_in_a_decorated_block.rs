use autometrics::instrument_fn;

struct Shop;

#[instrument_fn(colour = "red")]
impl Shop {
    #[instrument_fn(nam = "a")]
    fn open(&self) {}
}

fn main() {
    Shop.open();
}
