use autometrics::{Objective, instrument_fn};

#[instrument_fn(objective = Self::SLO)]
trait Shop {
    const SLO: Objective;

    fn open(&self) {}
}

fn main() {}
