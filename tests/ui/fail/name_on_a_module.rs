use autometrics::instrument_fn;

#[instrument_fn(name = "cart")]
mod cart {
    pub fn open() {}
}

fn main() {
    cart::open();
}
