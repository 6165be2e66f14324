//! Values that mean the same, and excerpts around the place where two do not.

use std::{borrow::Cow, ops::Range};

use similar::{Algorithm, capture_diff_slices, group_diff_ops};
use slo_spec::rules::Window;

use crate::promql;

/// The words or tokens that are shown around a difference.
const CONTEXT: usize = 6;
/// Longest excerpt, in characters.
const LONGEST: usize = 240;

/// Tells whether two values of the field `key` mean the same.
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
        // A block of text may or may not end in a line break.
        _ => one.trim_end() == other.trim_end(),
    }
}

/// Tells whether the field `key` with this value is as good as none.
pub(super) fn is_default(key: &str, value: &str) -> bool {
    match key {
        "for" | "keep_firing_for" | "limit" => {
            value.starts_with('0') && !value.contains(|c| matches!(c, '1'..='9'))
        }
        // An empty label is no label.
        _ => key.starts_with("labels.") && value.is_empty(),
    }
}

/// The functions of an objective, without the lines where they are: those move with every edit.
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

/// Returns the parts of both values in which they differ, each in one line.
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
    /// Pieces up to the end of the last part.
    end: usize,
}

impl Excerpt {
    /// Adds the part that consists of the pieces of these numbers.
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

/// Tokens of an expression, words of another text.
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

/// Returns the beginning of a long text, in place of the text.
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
    fn spans_of_time_are_compared_as_such() {
        assert!(same("for", "60m", "1h"));
        assert!(!same("for", "60m", "2h"));
        assert!(!same("labels.window", "60m", "1h"), "a label is text");
    }

    #[test]
    fn a_moved_function_is_the_same_and_a_renamed_one_or_another_file_is_not() {
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
    fn defaults_are_as_good_as_nothing() {
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
    fn excerpts_show_what_differs_with_some_of_what_is_around() {
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
