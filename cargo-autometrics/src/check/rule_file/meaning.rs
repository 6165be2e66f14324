//! Comparison of values by meaning, and excerpts around differences.

use std::{borrow::Cow, ops::Range};

use similar::{Algorithm, capture_diff_slices, group_diff_ops};
use slo_spec::rules::Window;

use crate::promql;

/// Number of words or tokens shown around a difference.
const CONTEXT: usize = 6;
/// Maximum length of an excerpt, in characters.
const LONGEST: usize = 240;

/// Returns `true` if two values of the field `key` mean the same.
pub(super) fn same(key: &str, one: &str, other: &str) -> bool {
    match key {
        "expr" => {
            let texts = |expr| promql::tokens(expr).into_iter().map(|token| token.text);
            texts(one).eq(texts(other))
        }
        "for" | "keep_firing_for" | "interval" | "query_offset" => {
            match (one.parse::<Window>(), other.parse::<Window>()) {
                (Ok(one), Ok(other)) => one == other,
                _ => one == other,
            }
        }
        "annotations.functions" => functions(one) == functions(other),
        // A block of text may or may not end with a line break.
        _ => one.trim_end() == other.trim_end(),
    }
}

/// Returns `true` if the field `key` with this value means the same as without it.
pub(super) fn is_default(key: &str, value: &str) -> bool {
    match key {
        "for" | "keep_firing_for" | "limit" => {
            value.starts_with('0') && !value.contains(|c| matches!(c, '1'..='9'))
        }
        // An empty label is the same as no label.
        _ => key.starts_with("labels.") && value.is_empty(),
    }
}

/// Returns the functions of an objective, sorted and without line numbers, which change with every
/// edit.
fn functions(text: &str) -> Vec<Cow<'_, str>> {
    let lines = text.trim_end().lines().map(|line| {
        let place = line
            .strip_suffix(')')
            .and_then(|line| line.rsplit_once(':'));
        match place {
            Some((file, number)) if number.bytes().all(|b| b.is_ascii_digit()) => {
                Cow::Owned(format!("{file})"))
            }
            _ => Cow::Borrowed(line),
        }
    });
    let mut lines: Vec<_> = lines.collect();
    lines.sort();
    lines
}

/// Returns the parts of both values that differ, each in one line.
pub(super) fn excerpts(key: &str, one: &str, other: &str) -> (String, String) {
    let [ours, theirs] = [one, other].map(|text| pieces(key, text));
    let texts = |pieces: &[Piece<'_>]| -> Vec<String> {
        let texts = pieces.iter();
        texts.map(|(text, _)| text.clone().into_owned()).collect()
    };
    let operations = capture_diff_slices(Algorithm::Myers, &texts(&ours), &texts(&theirs));
    let (mut shown, mut right) = (Excerpt::default(), Excerpt::default());
    for group in group_diff_ops(operations, CONTEXT) {
        if let (Some(first), Some(last)) = (group.first(), group.last()) {
            shown.add(one, &ours, first.old_range().start..last.old_range().end);
            right.add(
                other,
                &theirs,
                first.new_range().start..last.new_range().end,
            );
        }
    }
    (shown.finish(ours.len()), right.finish(theirs.len()))
}

/// Parts of a text, in one line.
#[derive(Default)]
struct Excerpt {
    line: String,
    /// Number of pieces up to the end of the last part.
    end: usize,
}

impl Excerpt {
    /// Adds the pieces with these numbers.
    fn add(&mut self, text: &str, pieces: &[Piece<'_>], numbers: Range<usize>) {
        if numbers.start > self.end {
            self.line.push_str(if self.line.is_empty() {
                "… "
            } else {
                " … "
            });
        }
        self.end = numbers.end;
        let shown = &pieces[numbers];
        if let (Some((_, first)), Some((_, last))) = (shown.first(), shown.last()) {
            let words: Vec<&str> = text[first.start..last.end].split_whitespace().collect();
            self.line.push_str(&shortened(&words.join(" ")));
        }
    }

    fn finish(mut self, pieces: usize) -> String {
        if self.end < pieces {
            self.line.push_str(" …");
        }
        self.line
    }
}

type Piece<'a> = (Cow<'a, str>, Range<usize>);

/// Splits an expression into tokens, and another text into words.
fn pieces<'a>(key: &str, text: &'a str) -> Vec<Piece<'a>> {
    if key == "expr" {
        let tokens = promql::tokens(text).into_iter();
        return tokens.map(|token| (token.text, token.range)).collect();
    }
    let start = |word: &str| word.as_ptr().addr() - text.as_ptr().addr();
    let words = text.split_whitespace();
    words
        .map(|word| (Cow::Borrowed(word), start(word)..start(word) + word.len()))
        .collect()
}

/// Returns at most `LONGEST` characters of `text`.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{excerpts, is_default, same};

    #[test]
    fn durations_are_compared_by_value() {
        assert!(same("for", "60m", "1h"));
        assert!(!same("for", "60m", "2h"));
        assert!(!same("labels.window", "60m", "1h"), "a label is text");
    }

    #[test]
    fn moved_functions_are_equal_and_renamed_functions_or_files_differ() {
        let text = "shop::a (src/a.rs:3)\nshop::b (src/b.rs:9)";
        for (other, expected) in [
            ("shop::a (src/a.rs:4)\nshop::b (src/b.rs:10)\n", true),
            ("shop::b (src/b.rs:1)\nshop::a (src/a.rs:2)", true),
            ("shop::a (src/a.rs:3)", false),
            ("shop::a (src/c.rs:3)\nshop::b (src/b.rs:9)", false),
            ("shop::c (src/a.rs:3)\nshop::b (src/b.rs:9)", false),
        ] {
            assert_eq!(
                same("annotations.functions", text, other),
                expected,
                "{other}"
            );
        }
    }

    #[test]
    fn default_values_equal_missing_fields() {
        assert!(is_default("for", "0s"));
        assert!(is_default("limit", "0"));
        assert!(is_default("labels.team", ""));
        assert!(!is_default("for", "10s"));
        assert!(!is_default("annotations.summary", ""));
    }

    #[track_caller]
    fn check(key: &str, one: &str, other: &str, expect: &Expect) {
        let (one, other) = excerpts(key, one, other);
        expect.assert_eq(&format!("- {one}\n+ {other}"));
    }

    #[test]
    fn excerpts_show_differences_with_their_context() {
        check(
            "expr",
            "sum by (a, b) (rate(calls_total{env=\"prod\"}[5m])) > 20 and on () vector(1)",
            "sum by (a, b) (rate(calls_total{env=\"prod\"}[5m]))\n> 14.4 and on () vector(1)",
            &expect![[r"
                - … [5m])) > 20 and on () vector( …
                + … [5m])) > 14.4 and on () vector( …"]],
        );
        check(
            "labels.severity",
            "page",
            "ticket",
            &expect![[r"
            - page
            + ticket"]],
        );
        check(
            "expr",
            "a and b",
            "a",
            &expect![[r"
            - a and b
            + a"]],
        );
        check(
            "expr",
            "a + a",
            "a + a + a",
            &expect![[r"
            - a + a
            + a + a + a"]],
        );
    }
}
