//! Standard output, for results only, and standard error, for everything else.

use std::io::{self, Write as _};

use serde::Serialize;

use crate::{Error, error::Kind};

/// Writes `text` to standard output.
///
/// A closed pipe is no error: a reader such as `head` closes it after enough lines.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Kind::Output { source: error }.into())
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error, with control characters escaped.
///
/// Line breaks are escaped as well: a name with one must not look like a message of its own. A
/// failure to write is ignored.
pub fn report(line: &str) {
    // The line is written in one call, as others may write to the same terminal.
    let _ = io::stderr().write_all(format!("{}\n", printable(line)).as_bytes());
}

/// Formats `value` as JSON with a line per member, and a line break at the end.
pub(crate) fn json(value: &impl Serialize) -> String {
    // Our values cannot fail: keys are text, and no number is infinite.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// Returns `true` if `c` changes the order in which other characters are shown, or breaks lines in
/// some viewers.
fn is_invisible_order(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Escapes the characters in `text` that control a terminal or the order of text. Names come from a
/// file that anyone may have made.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_invisible_order(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn escapes_characters_that_control_a_terminal_and_no_others() {
        for (text, shown) in [
            ("naïve 函数 🦀", "naïve 函数 🦀"),
            ("a\nb\tc", "a\\nb\\tc"),
            ("\u{1b}[2J\u{9b}2J\u{7f}", "\\u{1b}[2J\\u{9b}2J\\u{7f}"),
            ("\u{202e}evil\u{2069}", "\\u{202e}evil\\u{2069}"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }
}
