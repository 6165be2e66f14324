//! The compiler reports the same errors as for functions that are not instrumented.
use std::{future::Future, pin::Pin};

use autometrics::instrument_fn;

#[instrument_fn]
fn result() -> Result<u8, String> {
    5
}

#[instrument_fn]
fn early(n: u8) -> Result<u8, String> {
    if n > 3 {
        return n;
    }
    Ok(n)
}

struct Wrong;

#[instrument_fn]
fn question_mark(text: &str) -> Result<u8, Wrong> {
    Ok(text.parse::<u8>()?)
}

#[instrument_fn]
fn missing(n: u8) -> Result<u8, String> {
    n.to_string();
}

#[instrument_fn]
async fn later(n: u8) -> Result<u8, String> {
    std::future::ready(n).await
}

#[instrument_fn]
fn boxed(n: u8) -> Pin<Box<dyn Future<Output = Result<u8, String>>>> {
    Box::pin(async move { n })
}

fn main() {}
