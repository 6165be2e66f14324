//! Signatures.

use autometrics::instrument_fn;

use std::fmt::{Debug, Display};

#[instrument_fn]
pub fn generic<T: Debug + Debug>(value: T) -> T
where
    T: Clone,
{
    value.clone()
}
#[instrument_fn]
pub fn impl_in_parameters(value: impl Display) -> String {
    value.to_string()
}
#[instrument_fn]
pub fn constant<const N: usize>(array: [u8; N]) -> usize {
    array.len()
}
#[instrument_fn]
pub fn constant_result<const N: usize>(array: [u8; N]) -> Result<usize, ()> {
    if N > 3 { Err(()) } else { Ok(N) }
}
#[instrument_fn]
pub fn unused_type_parameter<T>(number: u32) -> u32 {
    number
}
#[instrument_fn]
pub extern "C" fn exported(number: u32) -> u32 {
    number
}
#[instrument_fn]
#[inline]
pub fn inlined(number: u32) -> u32 {
    number
}
#[instrument_fn]
#[inline(always)]
pub fn always_inlined(number: u32) -> u32 {
    number
}
#[instrument_fn]
#[inline(always)]
pub fn always_inlined_result(number: u32) -> Result<u32, ()> {
    Err(())
}
#[instrument_fn]
#[cold]
pub fn cold(number: u32) -> u32 {
    number
}
#[instrument_fn]
#[must_use]
pub fn must_use(number: u32) -> u32 {
    number
}
#[instrument_fn]
#[must_use]
pub fn must_use_result(number: u32) -> Result<u32, ()> {
    Err(())
}
#[instrument_fn]
#[must_use]
pub fn must_use_unit(number: u32) {
    drop(number);
}
#[instrument_fn]
#[track_caller]
pub fn track_caller(number: Option<u32>) -> u32 {
    number.unwrap()
}
#[instrument_fn]
#[doc(hidden)]
pub fn hidden(number: u32) -> u32 {
    number
}
/// Fails, and does not say when.
#[instrument_fn]
pub fn documented_result(number: u32) -> Result<u32, ()> {
    Err(())
}
/// Panics, and does not say when.
#[instrument_fn]
pub fn documented_panic(number: Option<u32>) -> u32 {
    number.unwrap()
}
/// panics, with_code and no full stop
#[instrument_fn]
pub fn documented_badly(number: u32) -> u32 {
    number
}
#[instrument_fn]
/// Below the attribute.
pub fn documented_below(number: u32) -> u32 {
    number
}
#[instrument_fn]
pub fn single_use<'a, 'b>(left: &'a str, right: &'b str) -> &'a str {
    left
}
#[instrument_fn]
pub fn bounds_in_two_places<T: Clone>(value: &T) -> T
where
    T: Debug,
{
    value.clone()
}
#[instrument_fn]
pub fn unsized_value<T: ?Sized + Display>(value: &T) -> String {
    value.to_string()
}
#[instrument_fn]
pub fn dyn_parameter(value: &dyn Display) -> Result<String, ()> {
    Ok(value.to_string())
}
#[instrument_fn]
pub fn impl_trait_lifetime<'a>(value: &'a str) -> Box<dyn Display + 'a> {
    Box::new(value)
}
#[instrument_fn]
pub fn function_pointer(apply: fn(&str) -> &str) -> usize {
    apply("text").len()
}
#[cfg(all())]
#[instrument_fn]
pub fn configured(#[cfg(all())] number: u32, #[cfg(any())] other: u32) -> u32 {
    number
}
#[instrument_fn]
pub fn attribute_on_parameter(#[allow(unused_variables)] number: u32) -> u32 {
    3
}
#[instrument_fn]
pub fn attribute_on_parameter_result(#[allow(unused_variables)] number: u32) -> Result<u32, ()> {
    Err(())
}
#[instrument_fn]
#[track_caller]
pub fn track_caller_result(text: &str) -> Result<u32, std::num::ParseIntError> {
    if text.is_empty() {
        return Ok(0);
    }
    let number = text.parse::<u32>()?;
    Ok(number)
}
#[instrument_fn]
pub fn opaque_closure(flag: bool) -> Result<impl Fn(&str) -> usize, ()> {
    if flag { Ok(|text: &str| text.len()) } else { Err(()) }
}
