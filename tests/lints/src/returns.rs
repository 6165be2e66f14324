//! What functions return, and how.

use autometrics::instrument_fn;

use std::{collections::HashMap, sync::Mutex};

#[instrument_fn]
pub fn needless_return(number: u32) -> u32 {
    return number;
}
#[instrument_fn]
pub fn needless_unit_return(number: u32) {
    drop(number);
    return;
}
#[instrument_fn]
pub fn let_and_return(number: u32) -> u32 {
    let sum = number + 1;
    sum
}
#[instrument_fn]
pub fn needless_else(number: u32) -> u32 {
    if number > 1 {
        return 2;
    } else {
        return 3;
    }
}
#[instrument_fn]
pub fn implicit(number: u32) -> u32 {
    number
}
#[instrument_fn]
pub fn unit_expression() {
    let unit = println!("unit");
    unit
}
#[instrument_fn]
pub fn explicit_unit() -> () {
    println!("unit");
}
#[instrument_fn]
pub fn unused_unit() {
    println!("unit");
    ()
}
#[instrument_fn]
pub fn missing_semicolon() {
    println!("unit")
}
#[instrument_fn]
pub fn never() -> ! {
    panic!("never")
}
#[instrument_fn]
pub fn never_loops() -> ! {
    loop {
        std::hint::spin_loop();
    }
}
#[instrument_fn]
pub fn exits() -> ! {
    std::process::exit(1)
}
#[instrument_fn]
pub fn must_use(number: u32) -> u32 {
    number
}
#[instrument_fn]
pub fn redundant_clone(text: String) -> String {
    text.clone()
}
#[instrument_fn]
pub fn borrowed<'a>(text: &'a str) -> &'a str {
    text.trim()
}
#[instrument_fn]
pub fn needless_lifetime<'a>(text: &'a str) -> usize {
    text.len()
}
#[instrument_fn]
pub fn extra_lifetime<'a>(text: &str) -> usize {
    text.len()
}
#[instrument_fn]
pub fn boxed() -> Box<u32> {
    Box::new(5)
}
#[instrument_fn]
pub fn boxed_default() -> Box<u32> {
    Box::new(Default::default())
}
#[instrument_fn]
pub fn boxed_collection() -> Box<Vec<u32>> {
    Box::new(Vec::new())
}
#[instrument_fn]
pub fn complex()
-> Option<Box<Result<Vec<Vec<Box<(u32, u32, u32, u32)>>>, HashMap<u32, Box<dyn Fn() -> u32>>>>> {
    None
}
#[instrument_fn]
pub fn unwrapped(numbers: &[u32]) -> u32 {
    *numbers.first().unwrap()
}
#[instrument_fn]
pub fn expected(numbers: &[u32]) -> u32 {
    *numbers.first().expect("there is one")
}
#[instrument_fn]
pub fn indexed(numbers: &[u32]) -> u32 {
    numbers[0]
}
#[instrument_fn]
pub fn panics(number: u32) -> u32 {
    if number > 1 {
        panic!("large")
    }
    number
}
#[instrument_fn]
pub fn unreachable(number: u32) -> u32 {
    if number > 1 {
        unreachable!()
    }
    number
}
#[instrument_fn]
pub fn todo(number: u32) -> u32 {
    todo!()
}
#[instrument_fn]
pub fn after_return(number: u32) -> u32 {
    return number;
    println!("never");
}
#[instrument_fn]
pub fn after_panic(number: u32) -> u32 {
    panic!("{number}");
    number
}
#[instrument_fn]
pub fn lock_in_tail(numbers: &Mutex<Vec<u32>>) -> usize {
    numbers.lock().unwrap().len()
}
#[instrument_fn]
pub fn lock_held(numbers: &Mutex<Vec<u32>>) -> usize {
    let locked = numbers.lock().unwrap();
    let length = locked.len();
    println!("{length}");
    length
}
#[instrument_fn]
pub fn match_of_bool(flag: bool) -> u32 {
    match flag {
        true => 1,
        false => 2,
    }
}
#[instrument_fn]
pub fn single_match(number: Option<u32>) -> u32 {
    match number {
        Some(number) => return number,
        _ => {}
    }
    0
}
#[instrument_fn]
pub fn manual_map(number: Option<u32>) -> Option<u32> {
    match number {
        Some(number) => Some(number + 1),
        None => None,
    }
}
#[instrument_fn]
pub fn question_mark(number: Option<u32>) -> Option<u32> {
    let number = match number {
        Some(number) => number,
        None => return None,
    };
    Some(number + 1)
}
#[instrument_fn]
pub fn needless_question_mark(number: Option<u32>) -> Option<u32> {
    Some(number?)
}
#[instrument_fn]
pub fn wrapped_needlessly(number: u32) -> Option<u32> {
    Some(number)
}
#[instrument_fn]
pub fn closure() -> impl Fn(u32) -> u32 {
    |number| number + 1
}
#[instrument_fn]
pub fn closure_of_reference() -> impl Fn(&str) -> usize {
    |text| text.len()
}
#[instrument_fn]
pub fn iterator(numbers: &[u32]) -> impl Iterator<Item = u32> + '_ {
    numbers.iter().map(|number| number * 2)
}
#[instrument_fn]
pub fn dynamic() -> Box<dyn Fn(&str) -> usize> {
    Box::new(|text| text.len())
}
#[instrument_fn]
pub fn tuple(number: u32) -> (u32, u32) {
    (number, number)
}
#[instrument_fn]
pub fn float(number: f64) -> bool {
    number == 0.1
}
#[instrument_fn]
pub fn cast(number: u64) -> u32 {
    number as u32
}
#[instrument_fn]
pub fn cast_sign(number: i64) -> u64 {
    number as u64
}
#[instrument_fn]
pub fn useless_conversion(number: u32) -> u32 {
    number.into()
}
#[instrument_fn]
pub fn default_numeric() -> u64 {
    let numbers = [1, 2, 3];
    numbers.len() as u64
}
#[instrument_fn]
pub fn comparison(number: u32) -> bool {
    if number > 3 { true } else { false }
}
#[instrument_fn]
pub fn const_candidate(number: u32) -> u32 {
    number
}
#[instrument_fn]
pub fn string_literal() -> String {
    "text".to_string()
}
#[instrument_fn]
pub fn format_useless() -> String {
    format!("text")
}
#[instrument_fn]
pub fn early(number: u32) -> u32 {
    if number == 1 {
        return 1;
    }
    if number == 2 {
        return 2;
    }
    number
}
#[instrument_fn]
pub fn labelled(number: u32) -> u32 {
    'outer: loop {
        loop {
            if number > 1 {
                break 'outer number;
            }
            return 1;
        }
    }
}
