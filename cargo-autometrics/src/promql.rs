//! Tokens of PromQL expressions, without the blanks and comments between them.

use std::{borrow::Cow, ops::Range};

/// A token and its place in the expression.
#[derive(Debug, PartialEq)]
pub(crate) struct Token<'a> {
    /// Text of the token; a string has double quotes, whatever its quotes are in the expression.
    pub(crate) text: Cow<'a, str>,
    pub(crate) range: Range<usize>,
}

const OPERATORS: [&str; 6] = ["==", "!=", ">=", "<=", "=~", "!~"];

pub(crate) fn tokens(expr: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = expr[at..].chars().next() {
        let rest = &expr[at..];
        let len = match c {
            '#' => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            _ if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '"' | '\'' | '`' => string_len(rest, c),
            _ if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => match OPERATORS
                .iter()
                .find(|operator| rest.starts_with(**operator))
            {
                Some(operator) => operator.len(),
                None => c.len_utf8(),
            },
        };
        let text = match c {
            '"' | '\'' | '`' => unquoted(&rest[..len]),
            _ => Cow::Borrowed(&rest[..len]),
        };
        tokens.push(Token {
            text,
            range: at..at + len,
        });
        at += len;
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | ':' | '.')
}

/// Returns the length in bytes of the string at the start of `text`, with its quotes.
///
/// An unterminated string extends to the end of `text`.
fn string_len(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' && quote != '`' {
            escaped = true;
        } else if c == quote {
            return at + 1;
        }
    }
    text.len()
}

/// Returns a string with double quotes, whatever its quotes are.
fn unquoted(string: &str) -> Cow<'_, str> {
    let quote = string.chars().next();
    if quote == Some('"') || string.len() < 2 {
        return Cow::Borrowed(string);
    }
    let inside = &string[1..string.len() - 1];
    let inside = if quote == Some('`') {
        inside.replace('\\', "\\\\").replace('"', "\\\"")
    } else {
        inside.replace("\\'", "'").replace('"', "\\\"")
    };
    Cow::Owned(format!("\"{inside}\""))
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[track_caller]
    fn check(one: &str, other: &str, same: bool) {
        let text = |expr| -> Vec<String> {
            let tokens = tokens(expr).into_iter();
            tokens.map(|token| token.text.into_owned()).collect()
        };
        assert_eq!(
            text(one) == text(other),
            same,
            "{:?} {:?}",
            text(one),
            text(other)
        );
    }

    #[test]
    fn blanks_and_comments_between_tokens_are_ignored() {
        check(
            "sum by(a)(rate(x[5m]))>=2",
            "sum by (a) (\n  rate(x[5m]) # five\n) >= 2",
            true,
        );
        check("a and b", "a\nand\tb", true);
    }

    #[test]
    fn blanks_that_separate_tokens_or_are_in_strings_are_significant() {
        check("a and b", "a andb", false);
        check("x{a=\"b c\"}", "x{a=\"b  c\"}", false);
        check("x{a=\"# b\"}", "x{a=\"\"}", false);
        check("a > = b", "a >= b", false);
    }

    #[test]
    fn strings_are_compared_by_content_whatever_their_quotes() {
        check(r#"x{a="b"}"#, "x{a='b'}", true);
        check(r#"x{a="\\."}"#, r"x{a=`\.`}", true);
        check(r#"x{a="it's \"so\""}"#, r#"x{a='it\'s "so"'}"#, true);
        check(r#"x{a="b"}"#, "x{a='c'}", false);
        check("x{a=\"", "x{a='", false);
    }
}
