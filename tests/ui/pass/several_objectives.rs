#![forbid(unsafe_code)]

use autometrics::{Cancelled, Objective, instrument_fn};

const API: Objective = Objective::new("api").success_rate(99.0);
const PARTNERS: Objective = Objective::new("partners")
    .success_rate(99.9)
    .cancelled(Cancelled::Ignored);

#[instrument_fn(objective = [API, PARTNERS])]
fn both() {}

#[instrument_fn(objective = [API])]
fn one() {}

#[instrument_fn(objective = [API, PARTNERS,])]
mod inner {
    use super::{API, PARTNERS};

    pub(super) fn inside() {}
}

fn main() {
    both();
    one();
    inner::inside();
}
