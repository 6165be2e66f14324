//! `events` on all shapes of functions, with fields of all kinds.
#![forbid(unsafe_code)]
#![deny(warnings)]

use std::{fmt, future::Future, pin::Pin, time::Duration};

use autometrics::instrument_fn;

const LIMIT: Duration = Duration::from_millis(250);

#[derive(Debug)]
struct Order {
    id: u64,
    name: String,
}

struct Shop<'a, T> {
    name: &'a str,
    stock: Vec<T>,
}

#[instrument_fn(events(fields(shop = self.name, stock = self.stock.len()), slower_than = LIMIT))]
impl<'a, T: fmt::Debug + Clone> Shop<'a, T> {
    fn name(&self) -> &'a str {
        self.name
    }

    fn first(&mut self) -> Option<&mut T> {
        self.stock.first_mut()
    }

    #[instrument_fn(events(fields(taken = ?self.stock)))]
    fn take(self) -> Result<Vec<T>, T> {
        if self.stock.is_empty() { Ok(self.stock) } else { Err(self.stock[0].clone()) }
    }

    async fn wait(&self, order: Order) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
        std::future::ready(()).await;
        Ok(order.id)
    }
}

#[instrument_fn(events(fields(order.id, order.name, %limit, nothing = ?(), r#type)))]
fn moves(order: Order, limit: &'static str, r#type: u8) -> Result<Order, fmt::Error> {
    let order = order;
    if usize::from(r#type) < limit.len() { Ok(order) } else { Err(fmt::Error) }
}

#[instrument_fn(events(fields(text, n)))]
fn changes(text: &mut String, mut n: u64) -> Result<&mut String, ()> {
    n += 1;
    text.push_str(&n.to_string());
    Ok(text)
}

#[instrument_fn(events(fields(value)), track_concurrency)]
fn generic<T: fmt::Display, E>(value: T, error: E) -> Result<T, E> {
    if value.to_string().is_empty() { Err(error) } else { Ok(value) }
}

#[instrument_fn(events(fields(text)))]
fn boxed(text: &str) -> Pin<Box<dyn Future<Output = Result<usize, String>> + Send + '_>> {
    Box::pin(async move { Ok(text.len()) })
}

#[instrument_fn(events(fields(code)))]
#[track_caller]
fn exits(code: u8) -> Result<u8, std::num::ParseIntError> {
    if code > 1 {
        return Ok(code);
    }
    let code = "1".parse()?;
    Ok(code)
}

#[instrument_fn(events(fields(code)))]
async fn never_ends(code: u8) -> ! {
    loop {
        std::future::ready(code).await;
    }
}

#[instrument_fn(events(fields(name = "module")))]
mod inner {
    pub(super) fn quick() {}
}

fn is_send<T: Send>(_: T) {}

fn main() {
    let mut shop = Shop { name: "corner", stock: vec![1, 2] };
    let order = |id| Order { id, name: "tea".into() };
    assert_eq!(shop.name(), "corner");
    assert!(shop.first().is_some());
    is_send(shop.wait(order(1)));
    assert!(shop.take().is_err());
    assert_eq!(moves(order(2), "none", 3).unwrap().name, "tea");
    let mut text = String::new();
    assert_eq!(changes(&mut text, 4).unwrap(), "5");
    assert!(generic("", 1).is_err());
    is_send(boxed("text"));
    assert_eq!(exits(0), Ok(1));
    is_send(never_ends(1));
    inner::quick();
}
