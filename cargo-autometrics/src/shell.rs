//! Quoting of words for a shell.

/// Quotes `word` so that a shell reads it as one word, without a line break.
pub(crate) fn word(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        quoted(word)
    }
}

fn quoted(word: &str) -> String {
    if !word.contains(char::is_control) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    // `$'…'` has escapes, so a line break does not end a comment that holds the command.
    let mut out = "$'".to_owned();
    for c in word.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\'' | '\\' => out.extend(['\\', c]),
            _ if c.is_control() => out.extend(format!("\\u{:04x}", u32::from(c)).chars()),
            _ => out.push(c),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn quotes_words_that_a_shell_would_split_or_change() {
        for (plain, quoted) in [
            ("slo/rules.yml", "slo/rules.yml"),
            ("a=b", "a=b"),
            ("two words", "'two words'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
            ("$HOME", "'$HOME'"),
            ("a\n'b'", r"$'a\n\'b\''"),
            ("\u{1b}\\", r"$'\u001b\\'"),
        ] {
            assert_eq!(word(plain), quoted);
        }
    }
}
