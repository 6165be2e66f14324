//! Where lints forbid much, the prelude is missing or macros write the function.
#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]
#![no_implicit_prelude]
#![allow(dead_code)]

use ::autometrics::instrument_fn;
use ::std::{
    assert_eq, format,
    option::Option,
    result::Result::{self, Err, Ok},
    string::String,
    todo,
};

/// Documented.
#[instrument_fn]
pub fn no_prelude(n: u8) -> Result<u8, String> {
    if n > 3 { Err(format!("{n}")) } else { Ok(n) }
}

#[instrument_fn]
async fn no_prelude_later(n: u8) -> Result<u8, String> {
    ::std::future::ready(()).await;
    no_prelude(n)
}

#[instrument_fn]
fn unfinished(_: u8) -> Result<u8, String> {
    todo!()
}

macro_rules! function {
    ($name:ident, $pattern:pat, $argument:ty, $returned:ty, $body:block) => {
        #[instrument_fn]
        fn $name($pattern: $argument) -> $returned $body
    };
}

macro_rules! of_expression {
    ($(#[$attribute:meta])* $visibility:vis $name:ident($($argument:ident: $type:ty),*) -> $returned:ty = $value:expr) => {
        $(#[$attribute])*
        #[instrument_fn]
        $visibility fn $name($($argument: $type),*) -> $returned { $value }
    };
}

macro_rules! of_item {
    ($item:item) => {
        #[instrument_fn]
        $item
    };
}

macro_rules! leaves {
    ($n:expr) => {
        if $n > 3 {
            return Ok($n);
        }
    };
}

macro_rules! waits {
    ($future:expr) => {
        $future.await
    };
}

function!(by_macro, (left, _), (u8, u8), Result<u8, String>, { Ok(left) });
function!(by_macro_plain, mut n, u8, u8, { n += 1; n });
of_expression!(#[must_use] #[inline] pub(crate) sum(a: u8, b: u8) -> Option<u8> = a.checked_add(b));
of_item!(fn item(text: &str) -> &str { text });

#[instrument_fn]
fn left_by_macro(n: u8) -> Result<u8, String> {
    leaves!(n);
    Err(String::new())
}

#[instrument_fn]
fn assigned_by_macro(mut n: u8) -> Result<u8, String> {
    macro_rules! assign {
        ($value:expr) => {
            n = $value
        };
    }
    assign!(n + 1);
    Ok(n)
}

#[instrument_fn]
async fn waits_in_macro(n: u8) -> u8 {
    waits!(::std::future::ready(n))
}

fn main() {
    assert_eq!(no_prelude(1), Ok(1));
    assert_eq!(by_macro((1, 2)), Ok(1));
    assert_eq!(by_macro_plain(1), 2);
    assert_eq!(sum(1, 2), Option::Some(3));
    assert_eq!(item("a"), "a");
    assert_eq!(left_by_macro(4), Ok(4));
    assert_eq!(assigned_by_macro(4), Ok(5));
    ::std::mem::drop((no_prelude_later(1), waits_in_macro(1)));
}
