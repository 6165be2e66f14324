//! Formatting of values as JSON.

use super::Value;
use crate::promql::quoted_with;

pub(super) fn print(value: &Value) -> String {
    let mut out = String::new();
    put(&mut out, value, 0);
    out.push('\n');
    out
}

fn put(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Text(text) => out.push_str(&quoted(text)),
        Value::Whole(n) => out.push_str(&n.to_string()),
        Value::List(items) => {
            let items = items.iter().map(|item| (None, item));
            block(out, ('[', ']'), items, depth);
        }
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| (Some(key), value));
            block(out, ('{', '}'), entries, depth);
        }
    }
}

fn block<'a>(
    out: &mut String,
    (open, close): (char, char),
    items: impl ExactSizeIterator<Item = (Option<&'a String>, &'a Value)>,
    depth: usize,
) {
    out.push(open);
    let count = items.len();
    for (i, (key, value)) in items.enumerate() {
        out.push('\n');
        out.push_str(&"  ".repeat(depth + 1));
        if let Some(key) = key {
            out.push_str(&quoted(key));
            out.push_str(": ");
        }
        put(out, value, depth + 1);
        if i + 1 < count {
            out.push(',');
        }
    }
    if count > 0 {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    out.push(close);
}

/// Formats a JSON string, which is also a YAML string in double quotes.
pub(super) fn quoted(text: &str) -> String {
    quoted_with(text, needs_escape)
}

/// Returns `true` if documents contain `c` only as an escape: a control character, or one that YAML
/// reads as a line break or as a byte order mark.
pub(super) fn needs_escape(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}
