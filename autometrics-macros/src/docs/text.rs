//! Formats the line with links in the documentation.

use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;

use super::queries::{self, Function, Link, MODULE_PATH};

/// Returns the line as Markdown with links to the Prometheus at `base`. [`MODULE_PATH`] is a placeholder for the
/// module.
pub(super) fn line(base: &str, function: Function<'_>, concurrency: bool) -> String {
    let own = links(base, &queries::own(function, concurrency));
    let callees = links(base, &queries::callees(function));
    format!("Prometheus: {own} — what it calls: {callees}")
}

/// Returns the value of a `doc` attribute with this line.
///
/// It begins with a blank, like text behind `///`. rustdoc removes the blank if all lines have one.
pub(super) fn value(line: &str) -> TokenStream {
    let line = format!(" {line}");
    if !line.contains(MODULE_PATH) {
        return quote!(#line);
    }
    let mut pieces = line.split(MODULE_PATH);
    let first = pieces.next();
    quote!(::core::concat!(#first #(, ::core::module_path!(), #pieces)*))
}

fn links(base: &str, links: &[Link]) -> String {
    let links: Vec<_> = links
        .iter()
        .map(|Link { text, queries }| format!("[{text}]({})", address(base, queries)))
        .collect();
    links.join(" · ")
}

/// Returns the address of the page with a chart for each query. Prometheus 3 redirects from this address to its
/// own page.
fn address(base: &str, queries: &[String]) -> String {
    let mut address = format!("{base}/graph");
    for (at, query) in queries.iter().enumerate() {
        address.push(if at == 0 { '?' } else { '&' });
        let _ = write!(address, "g{at}.expr={}&g{at}.tab=0", encoded(query));
    }
    address
}

/// Percent-encodes `text`, except for characters that need no encoding in a query, and for the placeholder of the
/// module, whose path consists of such characters.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match char::from(byte) {
            c if c.is_ascii_alphanumeric() || "-._~:".contains(c) || c == MODULE_PATH => {
                encoded.push(c);
            }
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}
