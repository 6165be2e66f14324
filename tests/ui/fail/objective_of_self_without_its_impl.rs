use autometrics::{Objective, instrument_fn};

struct Shop;

impl Shop {
    const SLO: Objective = Objective::new("shop").success_rate(99.0);

    #[instrument_fn(objective = Self::SLO)]
    fn open(&self) {}
}

fn main() {
    Shop.open();
}
