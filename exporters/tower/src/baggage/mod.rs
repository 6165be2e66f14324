//! Our members of a W3C baggage, and its limits.
//!
//! <https://www.w3.org/TR/baggage/>: the grammar is that of section 3.2, the
//! limits those of 3.3.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use read::caller;
pub(crate) use write::{members, replace};

use http::HeaderName;

const BAGGAGE: HeaderName = HeaderName::from_static("baggage");

const SERVICE: &str = "autometrics.service";
const MODULE: &str = "autometrics.module";
const FUNCTION: &str = "autometrics.function";

/// As many as whoever passes a baggage on must take.
const MOST_MEMBERS: usize = 64;
/// As long as whoever passes a baggage on must take, with the commas.
const MOST_BYTES: usize = 8192;

/// The members of one header that are not empty. Values have no commas, not even in quotes.
fn split(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    header
        .split(|&byte| byte == b',')
        .map(trim)
        .filter(|member| !member.is_empty())
}

/// Without the spaces and tabs around it.
fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}
