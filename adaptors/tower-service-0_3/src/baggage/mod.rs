//! Our members of a W3C baggage, and its limits.
//!
//! See <https://www.w3.org/TR/baggage/>: section 3.2 for the grammar, 3.3 for the limits.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use read::{Sender, sender};
pub(crate) use write::{Members, replace};

use http::HeaderName;

const BAGGAGE: HeaderName = HeaderName::from_static("baggage");

const SERVICE: &str = "autometrics.service";
const MODULE: &str = "autometrics.module";
const FUNCTION: &str = "autometrics.function";
const FLOW: &str = "autometrics.flow";

/// Maximum number of members. Every program that passes a baggage on must accept as many.
const MOST_MEMBERS: usize = 64;
/// Maximum number of bytes, commas included. Every program that passes a baggage on must accept as
/// many.
const MOST_BYTES: usize = 8192;

/// Maximum length of the name of a flow, in bytes before encoding.
const LONGEST_FLOW: usize = 256;

/// Returns the members of one header that are not empty. Values never contain commas, not even in
/// quotes.
fn split(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    header
        .split(|&byte| byte == b',')
        .map(trim)
        .filter(|member| !member.is_empty())
}

/// Removes spaces and tabs at both ends.
fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}
