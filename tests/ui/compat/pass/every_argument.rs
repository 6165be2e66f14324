//! Everything that the attribute of version 3.0 took.
#![deny(warnings)]

use autometrics::{
    autometrics,
    objectives::{Objective, ObjectiveLatency, ObjectivePercentile},
};

const API: Objective = Objective::new("api")
    .success_rate(ObjectivePercentile::P99_9)
    .latency(ObjectiveLatency::Custom("0.2"), ObjectivePercentile::P99);

#[autometrics(objective = API, track_concurrency, ok_if = Option::is_some)]
fn find(id: u8) -> Option<u8> {
    id.checked_sub(1)
}

#[autometrics(error_if = |answer: &u16| *answer >= 500)]
async fn respond() -> u16 {
    200
}

struct Cart(u8);

#[autometrics(objective = API)]
impl Cart {
    fn count(&self) -> u8 {
        self.0
    }

    #[autometrics(track_concurrency)]
    fn add(&mut self) {
        self.0 += 1;
    }

    #[skip_autometrics]
    const fn new() -> Self {
        Self(0)
    }
}

impl Cart {
    #[autometrics(struct_name = "Cart")]
    fn clear(&mut self) {
        self.0 = 0;
    }
}

fn main() {
    assert_eq!(find(1), Some(0));
    drop(respond());
    let mut cart = Cart::new();
    cart.add();
    assert_eq!(cart.count(), 1);
    cart.clear();
    let names: Vec<String> = autometrics::snapshot()
        .functions
        .iter()
        .map(|function| function.name.to_string())
        .collect();
    assert_eq!(names, ["Cart::add", "Cart::clear", "Cart::count", "find", "respond"]);
}
