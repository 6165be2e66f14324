//! Functions for which edition 2018 matters.
//!
//! Closures capture whole variables here, and values borrowed from `self` must still be returned.
#![cfg(test)]

use std::{fmt, future::Future, pin::Pin};

use autometrics::instrument_fn;

struct Lending<'a> {
    items: Vec<String>,
    rest: &'a mut [u8],
}

struct View<'a>(&'a mut String);

#[instrument_fn]
impl<'a> Lending<'a> {
    fn first(&mut self) -> Result<&mut String, fmt::Error> {
        self.items.first_mut().ok_or(fmt::Error)
    }

    fn view(&mut self) -> Result<View<'_>, fmt::Error> {
        let first = self.items.first_mut().ok_or(fmt::Error)?;
        Ok(View(first))
    }

    fn rest(self) -> Result<&'a mut [u8], fmt::Error> {
        if self.rest.is_empty() {
            return Err(fmt::Error);
        }
        Ok(&mut self.rest[1..])
    }

    fn both(&mut self, other: &'a str) -> Result<(&mut [u8], &'a str), fmt::Error> {
        Ok((&mut *self.rest, other))
    }

    async fn later(&mut self) -> Result<&mut String, fmt::Error> {
        std::future::ready(()).await;
        self.items.first_mut().ok_or(fmt::Error)
    }

    fn boxed(&mut self) -> Pin<Box<dyn Future<Output = usize> + '_>> {
        Box::pin(async move { self.items.len() })
    }
}

#[instrument_fn]
fn dynamic(value: &dyn fmt::Display) -> Result<Box<dyn fmt::Display + '_>, fmt::Error> {
    Ok(Box::new(value))
}

#[tokio::test]
async fn instrumented_functions_return_borrows() {
    let mut bytes = [1, 2];
    let mut lending = Lending {
        items: vec!["a".to_owned()],
        rest: &mut bytes,
    };
    lending.first().unwrap().push('b');
    lending.view().unwrap().0.push('c');
    assert_eq!(lending.both("other").unwrap().1, "other");
    lending.later().await.unwrap().push('d');
    assert_eq!(lending.boxed().await, 1);
    assert_eq!(lending.items, ["abcd"]);
    assert_eq!(lending.rest().unwrap(), [2]);
    assert_eq!(dynamic(&1).unwrap().to_string(), "1");
}

#[instrument_fn(events(fields(nth, kept = items.len(), ?items), slower_than = "1s"))]
fn kept(items: &mut Vec<String>, nth: usize) -> Result<&mut String, fmt::Error> {
    items.get_mut(nth).ok_or(fmt::Error)
}

#[test]
fn events_capture_values_that_the_body_borrows() {
    assert!(kept(&mut vec!["a".to_owned()], 0).is_ok());
    assert!(kept(&mut Vec::new(), 1).is_err());
    let events = autometrics::recent_events();
    let fields: Vec<_> = events[0].fields.iter().map(|(_, text)| &**text).collect();
    assert_eq!(fields, ["1", "0", "[]"]);
}
