//! What functions do with their parameters.

use autometrics::instrument_fn;

use std::{borrow::Cow, collections::HashMap, rc::Rc, sync::Arc};

#[instrument_fn]
pub fn unused(left: u32, right: u32) -> u32 {
    left
}
#[instrument_fn]
pub fn unused_mut(mut left: u32) -> u32 {
    left
}
#[instrument_fn]
pub fn assigned_never_read(mut left: u32) {
    left = 3;
}
#[instrument_fn]
pub fn overwritten_before_read(mut left: u32) -> u32 {
    left = 3;
    left
}
#[instrument_fn]
pub fn assigned_in_vain(mut left: u32, right: u32) -> u32 {
    left += right;
    right
}
#[instrument_fn]
pub fn by_value(text: String) -> usize {
    text.len()
}
#[instrument_fn]
pub fn by_value_vec(numbers: Vec<u32>) -> u32 {
    numbers.iter().sum()
}
#[instrument_fn]
pub fn by_value_moved(text: String) -> Vec<u8> {
    text.into_bytes()
}
#[instrument_fn]
pub fn string_reference(text: &String) -> usize {
    text.len()
}
#[instrument_fn]
pub fn vec_reference(numbers: &Vec<u32>) -> usize {
    numbers.len()
}
#[instrument_fn]
pub fn box_reference(number: &Box<u32>) -> u32 {
    **number
}
#[instrument_fn]
pub fn boxed_local(number: Box<u32>) -> u32 {
    *number
}
#[instrument_fn]
pub fn trivially_copied(number: &u8) -> u8 {
    *number + 1
}
#[instrument_fn]
pub fn mutable_for_nothing(numbers: &mut Vec<u32>) -> usize {
    numbers.len()
}
#[instrument_fn]
pub fn mutable_with_reason(numbers: &mut Vec<u32>) {
    numbers.push(1);
}
#[instrument_fn]
pub fn mutable_slice(numbers: &mut Vec<u32>) {
    numbers[0] = 1;
}
#[instrument_fn]
pub fn flags(one: bool, two: bool, three: bool, four: bool) -> bool {
    one && two || three && four
}
#[instrument_fn]
pub fn seven(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) -> u8 {
    a | b | c | d | e | f | g | h
}
#[instrument_fn]
pub fn option_reference(text: &Option<String>) -> bool {
    text.is_some()
}
#[instrument_fn]
pub fn option_option(number: Option<Option<u8>>) -> bool {
    number.is_some()
}
#[instrument_fn]
pub fn hasher(map: &HashMap<u8, u8>) -> usize {
    map.len()
}
#[instrument_fn]
pub fn shadowed(text: &str) -> usize {
    let text = text.trim();
    text.len()
}
#[instrument_fn]
pub fn shadowed_unrelated(text: &str) -> usize {
    let length = text.len();
    let text = 5;
    length + text
}
#[instrument_fn]
pub fn shadowed_same(text: &str) -> usize {
    let text = text;
    text.len()
}
#[instrument_fn]
pub fn underscored(_text: &str) -> usize {
    _text.len()
}
#[instrument_fn]
pub fn wildcard(_: &str) -> usize {
    1
}
#[instrument_fn]
pub fn destructured((left, right): (u32, u32)) -> u32 {
    left
}
#[instrument_fn]
pub fn rc(value: Rc<u32>) -> u32 {
    *value
}
#[instrument_fn]
pub fn arc_of_string(value: Arc<String>) -> usize {
    value.len()
}
#[instrument_fn]
pub fn cow(value: &Cow<'_, str>) -> usize {
    value.len()
}
#[instrument_fn]
pub fn only_in_recursion(depth: u32, seed: u32) -> u32 {
    if depth == 0 {
        1
    } else {
        only_in_recursion(depth - 1, seed)
    }
}
#[instrument_fn]
pub fn mutable_reference_immediately(number: &mut u32) -> u32 {
    *number
}
#[instrument_fn]
pub fn large(array: [u8; 4096]) -> u8 {
    array[0]
}
#[instrument_fn]
pub fn large_reference(array: &[u8; 4]) -> u8 {
    array[0]
}
#[instrument_fn]
pub fn short(a: u8, i: u8, x: u8, y: u8, z: u8, w: u8) -> bool {
    a == i && x == y && z == w
}
#[instrument_fn]
pub fn closure_parameter(number: u32, apply: impl Fn(u32) -> u32) -> u32 {
    apply(number)
}
#[instrument_fn]
pub fn generic_once<T: AsRef<str>>(text: T) -> usize {
    text.as_ref().len()
}
#[instrument_fn]
pub fn dyn_box(apply: Box<dyn Fn() -> u32>) -> u32 {
    apply()
}
#[instrument_fn]
pub fn reassigned_in_loop(mut number: u32) -> u32 {
    for step in 0..3 {
        number = step;
    }
    number
}
#[instrument_fn]
pub fn pattern_type_mismatch(pair: &(u32, u32)) -> u32 {
    let (left, _) = pair;
    *left
}
#[instrument_fn]
pub fn ignored_reference(&number: &u32) -> u32 {
    number
}
#[instrument_fn]
pub fn moved_conditionally(text: String, keep: bool) -> usize {
    if keep {
        drop(text);
    }
    1
}
#[instrument_fn]
pub fn partially_moved(pair: (String, String)) -> String {
    pair.0
}
