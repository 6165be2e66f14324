//! The compiler reports the same errors as for functions that are not instrumented.
use autometrics::instrument_fn;

struct Shop(Vec<String>);

#[instrument_fn]
fn local() -> Result<&'static str, ()> {
    let text = String::new();
    Ok(&text)
}

#[instrument_fn]
fn twice(shop: &mut Shop) -> Result<&mut String, ()> {
    let first = shop.0.first_mut().ok_or(())?;
    shop.0.clear();
    Ok(first)
}

#[instrument_fn]
fn moved(text: String) -> Result<usize, ()> {
    drop(text);
    Ok(text.len())
}

#[instrument_fn]
fn outlives<'a>(left: &'a str, right: &str) -> Result<&'a str, ()> {
    if left.is_empty() { Ok(right) } else { Ok(left) }
}

#[instrument_fn]
fn not_mutable(text: String) -> Result<String, ()> {
    text.push('a');
    Ok(text)
}

fn main() {}
