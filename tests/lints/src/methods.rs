//! Methods.

use autometrics::instrument_fn;

use std::{fmt, pin::Pin, sync::Arc};

#[derive(Debug, Clone, Default)]
pub struct Shop {
    items: Vec<String>,
    open: bool,
}
impl Shop {
    #[instrument_fn]
    pub fn new() -> Shop {
        Shop {
            items: Vec::new(),
            open: true,
        }
    }
    #[instrument_fn]
    pub fn new_again() -> Result<Self, ()> {
        Ok(Self {
            items: Vec::new(),
            open: true,
        })
    }
    #[instrument_fn]
    pub fn len(&self) -> usize {
        self.items.len()
    }
    #[instrument_fn]
    pub fn unused_self(&self) -> u32 {
        3
    }
    #[instrument_fn]
    pub fn unused_self_result(&self) -> Result<u32, fmt::Error> {
        Err(fmt::Error)
    }
    #[instrument_fn]
    pub fn unused_mut_self(&mut self) -> usize {
        self.items.len()
    }
    #[instrument_fn]
    pub fn unused_mut_self_result(&mut self) -> Result<usize, fmt::Error> {
        if self.open {
            Ok(self.items.len())
        } else {
            Err(fmt::Error)
        }
    }
    #[instrument_fn]
    pub fn by_value(self) -> usize {
        self.items.len()
    }
    #[instrument_fn]
    pub fn into_items(self) -> Vec<String> {
        self.items
    }
    #[instrument_fn]
    pub fn to_owned_badly(self) -> Vec<String> {
        self.items
    }
    #[instrument_fn]
    pub fn to_items(self) -> Vec<String> {
        self.items
    }
    #[instrument_fn]
    pub fn as_items(self) -> Vec<String> {
        self.items
    }
    #[instrument_fn]
    pub fn is_open(self) -> bool {
        self.open
    }
    #[instrument_fn]
    pub fn get_items(&self) -> &Vec<String> {
        &self.items
    }
    #[instrument_fn]
    pub fn items_mut(&mut self) -> &mut Vec<String> {
        &mut self.items
    }
    #[instrument_fn]
    pub fn first_mut(&mut self) -> Option<&mut String> {
        self.items.first_mut()
    }
    #[instrument_fn]
    pub fn first_or(&mut self) -> Result<&mut String, fmt::Error> {
        self.items.first_mut().ok_or(fmt::Error)
    }
    #[instrument_fn]
    pub fn item<'a>(&'a self) -> &'a str {
        &self.items[0]
    }
    #[instrument_fn]
    pub fn set_open(&mut self, open: bool) {
        self.open = open;
    }
    #[instrument_fn]
    pub fn chained(mut self) -> Self {
        self.open = false;
        self
    }
    #[instrument_fn]
    pub fn chained_ref(&mut self) -> &mut Self {
        self.open = false;
        self
    }
    #[instrument_fn]
    pub fn from_str(text: &str) -> Self {
        Self {
            items: vec![text.to_string()],
            open: true,
        }
    }
    #[instrument_fn]
    pub fn add(self, other: Self) -> Self {
        other
    }
    #[instrument_fn]
    pub fn shared(self: Arc<Self>) -> usize {
        self.items.len()
    }
    #[instrument_fn]
    pub fn pinned(self: Pin<&mut Self>) -> usize {
        self.items.len()
    }
    #[instrument_fn]
    pub fn boxed(self: Box<Self>) -> usize {
        self.items.len()
    }
    #[instrument_fn]
    fn private_never_called(&self) -> usize {
        self.items.len()
    }
    #[instrument_fn]
    pub fn structure_repeated(&self) -> Shop {
        Shop::new()
    }
    #[instrument_fn]
    pub fn same(&self, other: &Shop) -> bool {
        self.open == other.open
    }
    #[instrument_fn]
    pub fn writes(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.open)?;
        Ok(())
    }
    #[instrument_fn]
    pub fn mutable_slice(&mut self, extra: &mut Vec<String>) -> Result<(), fmt::Error> {
        self.items.append(extra);
        Ok(())
    }
    #[instrument_fn]
    pub async fn waits(&self) -> usize {
        self.items.len()
    }
    #[instrument_fn]
    pub async fn waits_mut(&mut self) -> Result<usize, fmt::Error> {
        std::future::ready(()).await;
        Ok(self.items.len())
    }
}
impl fmt::Display for Shop {
    #[instrument_fn]
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("shop")
    }
}
impl PartialEq for Shop {
    #[instrument_fn]
    fn eq(&self, other: &Self) -> bool {
        self.open == other.open
    }
    #[instrument_fn]
    fn ne(&self, other: &Self) -> bool {
        self.open != other.open
    }
}
impl From<u32> for Shop {
    #[instrument_fn]
    fn from(number: u32) -> Self {
        assert!(number > 0);
        Self::new()
    }
}
impl Into<u32> for Shop {
    #[instrument_fn]
    fn into(self) -> u32 {
        3
    }
}
impl Drop for Pointers {
    #[instrument_fn]
    fn drop(&mut self) {
        println!("closed");
    }
}
impl Iterator for Shop {
    type Item = String;
    #[instrument_fn]
    fn next(&mut self) -> Option<String> {
        self.items.pop()
    }
}
impl std::str::FromStr for Shop {
    type Err = fmt::Error;
    #[instrument_fn]
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(fmt::Error);
        }
        Ok(Self::new())
    }
}
pub trait Sells {
    #[instrument_fn]
    fn sells(&self, what: &str) -> bool {
        false
    }
    #[instrument_fn]
    fn prices(&self) -> Result<Vec<u32>, fmt::Error> {
        Err(fmt::Error)
    }
    fn required(&self) -> u32;
}
impl Sells for Shop {
    #[instrument_fn]
    fn required(&self) -> u32 {
        3
    }
    #[instrument_fn]
    fn sells(&self, what: &str) -> bool {
        self.items.iter().any(|item| item == &what.to_string())
    }
}
#[derive(Clone, Copy, Debug)]
pub struct Small(u8);
impl Small {
    #[instrument_fn]
    pub fn by_reference(&self) -> u8 {
        self.0
    }
    #[instrument_fn]
    pub fn to_u8(&self) -> Result<u8, ()> {
        Ok(self.0)
    }
}
pub struct Generic<T>(T);
impl<T> Generic<T> {
    #[instrument_fn]
    pub fn get(&self) -> &T {
        &self.0
    }
    #[instrument_fn]
    pub fn try_get(self) -> Result<T, ()> {
        Ok(self.0)
    }
    #[instrument_fn]
    pub fn new(value: T) -> Self {
        Generic(value)
    }
}
#[derive(Debug)]
pub struct Pointers(*const u8);
unsafe impl Send for Pointers {}
impl Pointers {
    #[instrument_fn]
    pub unsafe fn read(&self) -> u8 {
        *self.0
    }
}
