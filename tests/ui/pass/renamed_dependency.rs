//! The dependency goes by another name.
#![deny(warnings)]

mod path {
    pub(crate) mod to {
        pub(crate) use autometrics as metrics;
    }
}

use path::to::metrics::instrument_fn;

#[instrument_fn(crate = crate::path::to::metrics)]
fn renamed() -> Result<(), ()> {
    Ok(())
}

struct Cart;

#[instrument_fn(crate = crate::path::to::metrics)]
impl Cart {
    async fn later(&self) {}

    #[instrument_fn(name = "own", crate = path::to::metrics)]
    fn own(&self) {}
}

fn main() {
    let _ = renamed();
    Cart.own();
    drop(Cart.later());
}
