//! Strings in double quotes, with escapes that PromQL, Go's templates, JSON and YAML share.

use std::fmt::Write as _;

/// Formats a PromQL string; Go's templates have the same syntax.
pub(crate) fn quoted(text: &str) -> String {
    quoted_with(text, char::is_control)
}

/// Formats a string with `\uXXXX` for each character for which `needs_escape` returns `true`.
///
/// Such a character must be at most U+FFFF. Quotes, backslashes, line breaks and tabs are always
/// escaped.
pub(crate) fn quoted_with(text: &str, needs_escape: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if needs_escape(c) => {
                // Writing to a `String` never fails.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
