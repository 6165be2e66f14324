use autometrics::{Objective, instrument_fn};

struct Shop<T>(T);

#[instrument_fn(objective = Self::SLO)]
impl<T> Shop<T> {
    const SLO: Objective = Objective::new("shop").success_rate(99.0);

    fn open(&self) {}
}

fn main() {
    Shop(1).open();
}
