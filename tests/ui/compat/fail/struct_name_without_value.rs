use autometrics::autometrics;

struct Cart;

impl Cart {
    #[autometrics(struct_name)]
    fn open(&self) {}
}

fn main() {
    Cart.open();
}
