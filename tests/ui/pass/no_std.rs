//! A crate may do without `std`, as long as its program has it.
#![no_std]
#![deny(warnings)]

extern crate alloc;
// Not by its name, which the expansion must not use.
extern crate std as _;

use alloc::{boxed::Box, string::String};
use core::{
    future::{Future, ready},
    pin::Pin,
};

use autometrics::{ResultLabels, instrument_fn};

#[derive(ResultLabels)]
pub enum Failed {
    #[label(error = "empty")]
    Empty,
}

#[instrument_fn(events(fields(fails)))]
pub fn boxed(fails: bool) -> Pin<Box<dyn Future<Output = Result<u8, Failed>> + Send>> {
    Box::pin(ready(if fails { Err(Failed::Empty) } else { Ok(1) }))
}

#[instrument_fn]
pub fn boxed_early(fails: bool) -> Pin<Box<dyn Future<Output = Result<u8, Failed>> + Send>> {
    if fails {
        return Box::pin(ready(Err(Failed::Empty)));
    }
    Box::pin(async { Ok(1) })
}

#[instrument_fn]
pub fn whole(text: &str) -> String {
    text.into()
}

#[instrument_fn]
pub async fn later() -> Result<u8, Failed> {
    boxed_early(false).await
}

fn main() {
    drop((boxed(true), boxed_early(true), whole("a"), later()));
}
