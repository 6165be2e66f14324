use autometrics::instrument_fn;

struct Cart;

#[instrument_fn(name = "cart")]
impl Cart {
    fn add(&self) {}
    fn clear(&self) {}
}

fn main() {
    Cart.add();
    Cart.clear();
}
