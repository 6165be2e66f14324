//! Tokens of PromQL, as far as mutants need them.

use std::ops::Range;

/// Part of an expression, by its place in the text.
pub(crate) enum Token {
    Number(Range<usize>),
    /// Window between brackets, up to a colon. The step of a subquery after the colon is not
    /// changed, as evaluations in tests are farther apart.
    Window(Range<usize>),
    /// Name of a metric or of a function.
    Name(Range<usize>),
    /// Labels after `by`, `on` or `ignoring`, if there are any.
    Labels(Range<usize>),
    Operator(Range<usize>),
    /// One matcher between braces, with the comma that is removed with it.
    Matcher {
        all: Range<usize>,
        value: Range<usize>,
    },
}

impl Token {
    pub(crate) fn range(&self) -> Range<usize> {
        match self {
            Self::Number(range)
            | Self::Window(range)
            | Self::Name(range)
            | Self::Labels(range)
            | Self::Operator(range)
            | Self::Matcher { all: range, .. } => range.clone(),
        }
    }
}

/// Returns the tokens of one line of an expression; a block marker of YAML has none.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    if text == "|-" {
        return tokens;
    }
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = match c {
            'a'..='z' | 'A'..='Z' | '_' | ':' => {
                let length = run(rest, |c| c.is_ascii_alphanumeric() || c == '_' || c == ':');
                word(text, at..at + length, &mut tokens)
            }
            '0'..='9' => {
                let length = run(rest, |c| c.is_ascii_digit() || c == '.');
                tokens.push(Token::Number(at..at + length));
                length
            }
            '>' | '<' | '*' | '/' | '+' | '-' => {
                let length = run(rest, |c| "><=*/+-".contains(c));
                tokens.push(Token::Operator(at..at + length));
                length
            }
            '{' => matchers(text, at, &mut tokens),
            '[' => {
                let length = rest.find(']').expect("brackets are closed");
                let inner = &text[at + 1..at + length];
                let window = inner.find(':').unwrap_or(inner.len());
                tokens.push(Token::Window(at + 1..at + 1 + window));
                length
            }
            _ => c.len_utf8(),
        };
        at += length;
    }
    tokens
}

fn word(text: &str, range: Range<usize>, tokens: &mut Vec<Token>) -> usize {
    let word = &text[range.clone()];
    match word {
        "and" | "or" | "unless" => tokens.push(Token::Operator(range.clone())),
        "by" | "on" | "ignoring" => {
            let open = range.end + text[range.end..].find('(').expect("labels follow");
            let close = open + text[open..].find(')').expect("parentheses are closed");
            if open + 1 < close {
                tokens.push(Token::Labels(open + 1..close));
            }
            return close - range.start;
        }
        _ => tokens.push(Token::Name(range.clone())),
    }
    word.len()
}

/// Reads the matchers up to the closing brace, and returns the length of the text.
fn matchers(text: &str, open: usize, tokens: &mut Vec<Token>) -> usize {
    let mut at = open + 1;
    loop {
        let start = at;
        let quote = at + text[at..].find('"').expect("values are quoted");
        let mut end = quote + 1;
        while !text[end..].starts_with('"') {
            end += if text[end..].starts_with('\\') { 2 } else { 1 };
        }
        end += 1;
        let is_last = !text[end..].starts_with(',');
        let is_first = start == open + 1;
        // A matcher that is not alone is removed with its comma.
        let all = match (is_first, is_last) {
            (_, false) => start..end + 1,
            (false, true) => start - 1..end,
            (true, true) => start..end,
        };
        tokens.push(Token::Matcher {
            all,
            value: quote..end,
        });
        at = end + 1;
        if is_last {
            return at - open;
        }
    }
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}
