//! Formatting of values as YAML, in block style.

use super::{
    Value,
    json::{needs_escape, quoted},
};
use crate::rules::Window;

pub(super) fn print(value: &Value) -> String {
    let mut out = String::new();
    put(&mut out, value, 0, Place::Line);
    out
}

/// Position at which a value begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the start of a line that is already indented.
    Line,
    /// After a key and its colon.
    Key,
}

fn put(out: &mut String, value: &Value, depth: usize, place: Place) {
    match value {
        Value::Text(text) => scalar(out, text, depth, place),
        Value::Whole(n) => {
            blank(out, place);
            out.push_str(&n.to_string());
            out.push('\n');
        }
        Value::List(items) if items.is_empty() => {
            blank(out, place);
            out.push_str("[]\n");
        }
        Value::Map(entries) if entries.is_empty() => {
            blank(out, place);
            out.push_str("{}\n");
        }
        Value::List(items) => {
            // A list begins in the column of its key.
            let depth = if place == Place::Key {
                depth - 1
            } else {
                depth
            };
            for (i, item) in items.iter().enumerate() {
                begin(out, i, place, depth);
                out.push_str("- ");
                put(out, item, depth + 1, Place::Line);
            }
        }
        Value::Map(entries) => {
            for (i, (key, value)) in entries.iter().enumerate() {
                begin(out, i, place, depth);
                out.push_str(&plain_or_quoted(key));
                out.push(':');
                put(out, value, depth + 1, Place::Key);
            }
        }
    }
}

fn blank(out: &mut String, place: Place) {
    if place == Place::Key {
        out.push(' ');
    }
}

/// Moves to the start of entry `i`; the first entry at `Place::Line` is there already.
fn begin(out: &mut String, i: usize, place: Place, depth: usize) {
    if i == 0 && place == Place::Key {
        out.push('\n');
    }
    if i > 0 || place == Place::Key {
        out.push_str(&"  ".repeat(depth));
    }
}

fn scalar(out: &mut String, text: &str, depth: usize, place: Place) {
    blank(out, place);
    if !fits_block(text) {
        out.push_str(&plain_or_quoted(text));
        out.push('\n');
        return;
    }
    out.push_str("|-\n");
    for line in text.lines() {
        out.push_str(&"  ".repeat(depth));
        out.push_str(line);
        out.push('\n');
    }
}

/// Returns `true` if the text can be written as it is, line by line.
fn fits_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with([' ', '\n'])
        && !text.ends_with('\n')
        && text.lines().all(|line| !line.is_empty())
        && text.chars().all(|c| c == '\n' || !needs_escape(c))
}

/// Returns `text` without quotes if every reader takes it as text, else with quotes.
fn plain_or_quoted(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let inside = |c: char| c.is_ascii_alphanumeric() || "_-./() {}[]=\"~|\\<>*+,$!%".contains(c);
    // With these characters, or as a duration, a text with a digit first is neither number nor
    // date.
    let no_number = || text.contains(['{', '(']) || text.parse::<Window>().is_ok();
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '(' || c.is_ascii_digit() && no_number())
        && !text.ends_with(' ')
        // A colon is special only before a blank.
        && text.chars().all(|c| inside(c) || c == ':')
        && !text.ends_with(':')
        && !text.contains(": ")
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{Value, print};

    #[track_caller]
    fn check(value: &Value, expect: &Expect) {
        expect.assert_eq(&print(value));
    }

    #[test]
    fn lists_and_maps_are_blocks() {
        check(
            &Value::map([
                (
                    "groups",
                    Value::List(vec![
                        Value::map([
                            ("name", Value::text("a")),
                            (
                                "rules",
                                Value::List(vec![Value::text("x"), Value::text("y")]),
                            ),
                        ]),
                        Value::map([("limit", Value::Whole(3)), ("empty", Value::List(vec![]))]),
                    ]),
                ),
                (
                    "metadata",
                    Value::map([("labels", Value::map([("a", Value::text("b"))]))]),
                ),
            ]),
            &expect![[r#"
                groups:
                - name: a
                  rules:
                  - x
                  - "y"
                - limit: 3
                  empty: []
                metadata:
                  labels:
                    a: b
            "#]],
        );
    }

    #[test]
    fn texts_are_quoted_unless_they_read_as_text() {
        let texts = [
            "plain",
            "sum by (a) (rate(x{b=\"c\"}[5m]))",
            "two\nlines",
            "no",
            "Null",
            "1",
            "1.5",
            "99.9",
            "",
            " a",
            "a ",
            "a: b",
            "a:",
            "slo:calls:rate5m",
            "a #b",
            "- a",
            "über",
            "\t",
            "a\n\nb",
            "a\n",
            "{{ x }}",
            "0 * a",
            "\u{85}",
            "2026-01-01",
            "1 - slo:a{b=\"c\"}",
            "30d",
            "1h30m",
            "1e3",
            "1_000",
            "12:30",
            "0x1F",
            "~",
            "'",
            "a'b",
            "@x",
            "`",
        ];
        check(
            &Value::List(texts.map(Value::text).into()),
            &expect![[r#"
                - plain
                - sum by (a) (rate(x{b="c"}[5m]))
                - |-
                  two
                  lines
                - "no"
                - "Null"
                - "1"
                - "1.5"
                - "99.9"
                - ""
                - " a"
                - "a "
                - "a: b"
                - "a:"
                - slo:calls:rate5m
                - "a #b"
                - "- a"
                - "über"
                - "\t"
                - "a\n\nb"
                - "a\n"
                - "{{ x }}"
                - "0 * a"
                - "\u0085"
                - "2026-01-01"
                - 1 - slo:a{b="c"}
                - 30d
                - 1h30m
                - "1e3"
                - "1_000"
                - "12:30"
                - "0x1F"
                - "~"
                - "'"
                - "a'b"
                - "@x"
                - "`"
            "#]],
        );
    }
}
