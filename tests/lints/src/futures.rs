//! Asynchronous functions.

use autometrics::instrument_fn;

use std::{
    fmt,
    future::{Future, ready},
    pin::Pin,
    rc::Rc,
    sync::Mutex,
};

#[instrument_fn]
pub async fn no_await(number: u32) -> u32 {
    number
}
#[instrument_fn]
pub async fn awaits(number: u32) -> u32 {
    ready(number).await
}
#[instrument_fn]
pub async fn needless_return(number: u32) -> u32 {
    return ready(number).await;
}
#[instrument_fn]
pub async fn let_and_return(number: u32) -> u32 {
    let result = ready(number).await;
    result
}
#[instrument_fn]
pub async fn unused(number: u32, other: u32) -> u32 {
    ready(number).await
}
#[instrument_fn]
pub async fn unused_mut(mut number: u32) -> u32 {
    ready(number).await
}
#[instrument_fn]
pub async fn unused_variable() {
    let number = ready(3).await;
}
#[instrument_fn]
pub async fn assigned_in_vain(mut number: u32) {
    number = 3;
    ready(()).await;
}
#[instrument_fn]
pub async fn lock_held(numbers: &Mutex<u32>) -> u32 {
    let locked = numbers.lock().unwrap();
    ready(()).await;
    *locked
}
#[instrument_fn]
pub async fn not_send(number: Rc<u32>) -> u32 {
    ready(()).await;
    *number
}
#[instrument_fn]
pub async fn result(text: &str) -> Result<u32, fmt::Error> {
    ready(()).await;
    text.parse().map_err(|_| fmt::Error)
}
#[instrument_fn]
pub async fn question_mark(text: &str) -> Result<u32, std::num::ParseIntError> {
    let number = text.parse::<u32>()?;
    Ok(ready(number).await)
}
#[instrument_fn]
pub async fn unit() {
    ready(()).await
}
#[instrument_fn]
pub async fn unit_semicolon() {
    ready(()).await;
}
#[instrument_fn]
pub async fn never() -> ! {
    loop {
        ready(()).await;
    }
}
#[instrument_fn]
pub async fn panics() -> u32 {
    ready(()).await;
    panic!("no")
}
#[instrument_fn]
pub async fn forgotten() {
    ready(3);
    awaits(3);
}
#[instrument_fn]
pub async fn by_value(text: String) -> usize {
    ready(()).await;
    text.len()
}
#[instrument_fn]
pub async fn string_reference(text: &String) -> usize {
    ready(()).await;
    text.len()
}
#[instrument_fn]
pub async fn mutable_for_nothing(numbers: &mut Vec<u32>) -> usize {
    ready(()).await;
    numbers.len()
}
#[instrument_fn]
pub async fn large() -> u8 {
    let array = [0_u8; 20000];
    ready(()).await;
    array[0]
}
#[instrument_fn]
pub fn by_hand(number: u32) -> impl Future<Output = u32> {
    async move { ready(number).await }
}
#[instrument_fn]
pub fn by_hand_block(number: u32) -> impl Future<Output = u32> {
    let number = number + 1;
    async move { number }
}
#[instrument_fn]
pub fn boxed(number: u32) -> Pin<Box<dyn Future<Output = u32>>> {
    Box::pin(async move { ready(number).await })
}
#[instrument_fn]
pub fn boxed_send<'a>(
    text: &'a str,
) -> Pin<Box<dyn Future<Output = Result<u32, std::num::ParseIntError>> + Send + 'a>> {
    Box::pin(async move {
        ready(()).await;
        text.parse()
    })
}
#[instrument_fn]
pub fn ready_future(number: u32) -> std::future::Ready<u32> {
    ready(number)
}
#[instrument_fn]
pub async fn unreachable(number: u32) -> u32 {
    return number;
    println!("never");
}
#[instrument_fn]
pub async fn closure(numbers: &[u32]) -> u32 {
    numbers.iter().map(|number| number + 1).sum()
}
#[instrument_fn]
pub async fn borrowed<'a>(text: &'a str) -> &'a str {
    text.trim()
}
#[instrument_fn]
pub async fn yields(number: u32) -> impl fmt::Display {
    ready(number).await
}
pub trait Asynchronous {
    #[instrument_fn]
    async fn provided(&self) -> u32 {
        3
    }
}
