//! The line that stands in the documentation.

use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;

use super::queries::{self, Function, Link, MODULE_PATH};

/// The line as Markdown, [`MODULE_PATH`] where the module belongs, with links to
/// the Prometheus at `base`.
pub(super) fn line(base: &str, function: Function<'_>, concurrency: bool) -> String {
    let own = links(base, &queries::own(function, concurrency));
    let callees = links(base, &queries::callees(function));
    format!("Prometheus: {own} — what it calls: {callees}")
}

/// The value of a `doc` attribute with this line.
///
/// One blank before it, as behind `///`: where all have it, rustdoc removes it.
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

/// The page with a chart for each query. Prometheus 3 has it elsewhere, and
/// redirects.
fn address(base: &str, queries: &[String]) -> String {
    let mut address = format!("{base}/graph");
    for (at, query) in queries.iter().enumerate() {
        address.push(if at == 0 { '?' } else { '&' });
        let _ = write!(address, "g{at}.expr={}&g{at}.tab=0", encoded(query));
    }
    address
}

/// Percent-encoded, but for what means itself in a query, and for the module,
/// which is made of the same characters.
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
