//! What stands in bodies.

use autometrics::instrument_fn;

use std::cell::Cell;

#[instrument_fn]
pub fn unused_variable() {
    let number = 3;
}
#[instrument_fn]
pub fn unused_assignment() {
    let mut number = 3;
    number = 4;
}
#[instrument_fn]
pub fn unused_result() {
    "3".parse::<u32>();
}
#[instrument_fn]
pub fn unused_parentheses(number: u32) -> u32 {
    if (number > 3) { (1) } else { 2 }
}
#[instrument_fn]
pub fn unused_import() {
    use std::collections::BTreeMap;
}
#[instrument_fn]
pub fn dead_inner() {
    fn never_called() {}
}
#[instrument_fn]
pub fn items_after_statements() -> u32 {
    let number = 3;
    fn inner() -> u32 {
        4
    }
    const EXTRA: u32 = 5;
    number + inner() + EXTRA
}
#[instrument_fn]
pub fn items_first(mut number: u32) -> u32 {
    const MORE: u32 = 5;
    number += MORE;
    number
}
#[instrument_fn]
pub fn items_first_result(mut number: u32) -> Result<u32, ()> {
    const MORE: u32 = 5;
    use std::hint::black_box;
    number += MORE;
    Ok(black_box(number))
}
#[instrument_fn]
pub async fn items_first_later(mut number: u32) -> Result<u32, ()> {
    const MORE: u32 = 5;
    number += std::future::ready(MORE).await;
    Ok(number)
}
#[instrument_fn]
pub fn inner_static() -> u32 {
    static NUMBER: u32 = 3;
    NUMBER
}
#[instrument_fn]
pub fn inner_struct() -> u32 {
    struct Inner {
        used: u32,
        unused: u32,
    }
    Inner { used: 3, unused: 4 }.used
}
#[instrument_fn]
pub fn inner_attribute(number: u32) -> u32 {
    #![allow(clippy::needless_return)]
    return number;
}
#[instrument_fn]
pub fn allowed_unused() {
    #[allow(unused_variables)]
    let number = 3;
}
#[instrument_fn]
pub fn expected_unused() {
    #[expect(unused_variables, reason = "a test")]
    let number = 3;
}
#[instrument_fn]
pub fn unfulfilled() {
    #[expect(unused_variables, reason = "a test")]
    let number = 3;
    println!("{number}");
}
#[instrument_fn]
pub fn prints(number: u32) {
    println!("{}", number);
    print!("{number}\n");
    eprintln!("");
    dbg!(number);
}
#[instrument_fn]
pub fn arithmetic(left: u32, right: u32) -> u32 {
    left + right * 2 / 3
}
#[instrument_fn]
pub fn integer_division(left: i32) -> i32 {
    left / 2
}
#[instrument_fn]
pub fn identity(left: u32) -> u32 {
    left * 1 + 0
}
#[instrument_fn]
pub fn range_loop(numbers: &[u32]) -> u32 {
    let mut sum = 0;
    for index in 0..numbers.len() {
        sum += numbers[index];
    }
    sum
}
#[instrument_fn]
pub fn while_let(numbers: &[u32]) -> u32 {
    let mut all = numbers.iter();
    let mut sum = 0;
    while let Some(number) = all.next() {
        sum += number;
    }
    sum
}
#[instrument_fn]
pub fn redundant_closure(numbers: &[String]) -> Vec<usize> {
    numbers.iter().map(|text| text.len()).collect()
}
#[instrument_fn]
pub fn closure_called_at_once() -> u32 {
    (|| 3)()
}
#[instrument_fn]
pub fn needless_borrow(text: &str) -> usize {
    length(&text)
}
fn length(text: &str) -> usize {
    text.len()
}
#[instrument_fn]
pub fn clone_on_copy(number: &u32) -> u32 {
    number.clone()
}
#[instrument_fn]
pub fn collapsible(left: bool, right: bool) -> u32 {
    if left {
        if right {
            return 1;
        }
    }
    2
}
#[instrument_fn]
pub fn blocks_in_conditions(number: u32) -> u32 {
    if {
        let double = number * 2;
        double > 3
    } {
        1
    } else {
        2
    }
}
#[instrument_fn]
pub fn nonminimal(left: bool) -> bool {
    !(left == false)
}
#[instrument_fn]
pub fn many_lines() -> u32 {
    let mut sum = 0;
    sum += 0;
    sum += 1;
    sum += 2;
    sum += 3;
    sum += 4;
    sum += 5;
    sum += 6;
    sum += 7;
    sum += 8;
    sum += 9;
    sum += 10;
    sum += 11;
    sum += 12;
    sum += 13;
    sum += 14;
    sum += 15;
    sum += 16;
    sum += 17;
    sum += 18;
    sum += 19;
    sum += 20;
    sum += 21;
    sum += 22;
    sum += 23;
    sum += 24;
    sum += 25;
    sum += 26;
    sum += 27;
    sum += 28;
    sum += 29;
    sum += 30;
    sum += 31;
    sum += 32;
    sum += 33;
    sum += 34;
    sum += 35;
    sum += 36;
    sum += 37;
    sum += 38;
    sum += 39;
    sum += 40;
    sum += 41;
    sum += 42;
    sum += 43;
    sum += 44;
    sum += 45;
    sum += 46;
    sum += 47;
    sum += 48;
    sum += 49;
    sum += 50;
    sum += 51;
    sum += 52;
    sum += 53;
    sum += 54;
    sum += 55;
    sum += 56;
    sum += 57;
    sum += 58;
    sum += 59;
    sum += 60;
    sum += 61;
    sum += 62;
    sum += 63;
    sum += 64;
    sum += 65;
    sum += 66;
    sum += 67;
    sum += 68;
    sum += 69;
    sum += 70;
    sum += 71;
    sum += 72;
    sum += 73;
    sum += 74;
    sum += 75;
    sum += 76;
    sum += 77;
    sum += 78;
    sum += 79;
    sum += 80;
    sum += 81;
    sum += 82;
    sum += 83;
    sum += 84;
    sum += 85;
    sum += 86;
    sum += 87;
    sum += 88;
    sum += 89;
    sum += 90;
    sum += 91;
    sum += 92;
    sum += 93;
    sum += 94;
    sum += 95;
    sum += 96;
    sum += 97;
    sum += 98;
    sum += 99;
    sum += 100;
    sum += 101;
    sum += 102;
    sum += 103;
    sum += 104;
    sum
}
#[instrument_fn]
pub fn excessive_nesting(number: u32) -> u32 {
    if number > 1 {
        if number > 2 {
            if number > 3 {
                if number > 4 {
                    if number > 5 {
                        return 6;
                    }
                }
            }
        }
    }
    1
}
#[instrument_fn]
pub fn cell(number: &Cell<u32>) {
    number.set(number.get() + 1);
}
#[instrument_fn]
pub fn undocumented_unsafe(pointer: *const u32) -> u32 {
    unsafe { *pointer }
}
#[instrument_fn]
pub unsafe fn unsafe_without_docs(pointer: *const u32) -> u32 {
    *pointer
}
/// Reads.
#[instrument_fn]
pub unsafe fn unsafe_undocumented_safety(pointer: *const u32) -> Result<u32, ()> {
    if pointer.is_null() {
        Err(())
    } else {
        Ok(unsafe { *pointer })
    }
}
#[instrument_fn]
pub fn dereferences(pointer: *const u32) -> u32 {
    unsafe { pointer.read() }
}
#[instrument_fn]
pub fn transmutes(number: u32) -> f32 {
    unsafe { std::mem::transmute(number) }
}
#[instrument_fn]
pub fn diverging() -> u32 {
    let number: u32 = panic!("no");
    number
}
#[instrument_fn]
pub fn infinite() {
    loop {}
}
#[instrument_fn]
pub fn empty() {}
#[instrument_fn]
pub fn recursion(number: u32) -> u32 {
    recursion(number)
}
#[instrument_fn]
pub fn let_unit() {
    let unit = ();
    unit
}
#[instrument_fn]
pub fn drop_reference(text: &str) {
    drop(text);
}
#[instrument_fn]
pub fn forget(text: String) {
    std::mem::forget(text);
}
#[instrument_fn]
pub fn absolute(number: u32) -> ::std::string::String {
    ::std::string::ToString::to_string(&number)
}
#[instrument_fn]
pub fn qualified(number: u32) -> std::vec::Vec<u32> {
    std::vec::Vec::from([number])
}
#[instrument_fn]
pub fn self_assigned(mut number: u32) -> u32 {
    number = number;
    number
}
#[instrument_fn]
pub fn min_max(number: u32) -> u32 {
    number.max(10).min(3)
}
#[instrument_fn]
pub fn almost_swapped(mut left: u32, mut right: u32) -> (u32, u32) {
    left = right;
    right = left;
    (left, right)
}
#[instrument_fn]
pub fn macro_body(number: u32) -> bool {
    matches!(number, 1 | 2)
}
#[instrument_fn]
pub fn assertions(number: u32) {
    assert!(number > 3);
    assert_eq!(number, 4);
    debug_assert!(true);
}
#[instrument_fn]
pub fn strings(text: &str) -> String {
    let mut out = String::new();
    out += "a";
    out.push_str("b");
    out + text
}
#[instrument_fn]
pub fn numbers() -> u64 {
    1000000 + 0xABCdef + 1_00_000u64
}
#[instrument_fn]
pub fn pub_with_shadow_of_macro_names() -> u32 {
    let site = 1;
    let caller = 2;
    let result = 3;
    site + caller + result
}
#[instrument_fn]
pub fn delegates() -> u32 {
    empty_argument()
}
fn empty_argument() -> u32 {
    3
}
#[instrument_fn]
pub fn delegates_result() -> Result<u32, ()> {
    empty_result()
}
fn empty_result() -> Result<u32, ()> {
    Err(())
}
