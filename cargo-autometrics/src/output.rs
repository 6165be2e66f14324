//! Standard output, which belongs to whoever reads it.

use std::io::{self, Write as _};

use serde::Serialize;

use crate::{Error, error::Kind};

/// Writes `text` to standard output.
///
/// A reader that has seen enough, as `head` has, closes the pipe: that is the
/// end of the work and no mistake.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Kind::Output { source: error }.into())
        }
        _ => Ok(()),
    }
}

/// `value` as JSON with a line per member, and a line break at its end.
pub(crate) fn json(value: &impl Serialize) -> String {
    // Nothing in our values can fail: keys are text, and no number is infinite.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// `text` without what a terminal would obey: names come from a file that
/// anyone may have made.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}
