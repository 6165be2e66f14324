//! Calls two functions in four threads, and prints their metrics as text.
//!
//! ```console
//! $ cargo run --example counted
//! ```

use std::{thread, time::Duration};

use autometrics::{
    Objective, instrument_fn,
    prometheus::{Format, encode},
    snapshot,
};

const ORDERS: Objective = Objective::new("orders")
    .success_rate(99.9)
    .latency(Duration::from_millis(250), 99.0);

#[instrument_fn(objective = ORDERS)]
fn order(number: u32) -> Result<u32, String> {
    if number % 4 == 0 {
        return Err(format!("there is no number {number}"));
    }
    Ok(price(number))
}

#[instrument_fn]
fn price(number: u32) -> u32 {
    number * 100
}

fn main() {
    let threads: Vec<_> = (0..4)
        .map(|_| {
            thread::spawn(|| {
                let orders = (0..1_000).filter(|&number| order(number).is_ok());
                orders.count()
            })
        })
        .collect();
    let orders = threads.into_iter().filter_map(|thread| thread.join().ok());
    eprintln!("{} orders", orders.sum::<usize>());
    print!("{}", encode(&snapshot(), Format::Text));
}
