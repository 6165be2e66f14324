use autometrics::instrument_fn;

struct Cart;

#[instrument_fn(error_if = Option::is_none)]
impl Cart {
    fn first(&self) -> Option<u8> {
        None
    }
}

fn main() {
    Cart.first();
}
