//! Words of a command, as one types them.

/// Writes `word` so that a shell reads it as one word, in one line.
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
    // `$'…'` has escapes, so that no comment which holds the command ends in it.
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
    fn words_are_quoted_where_a_shell_would_part_or_change_them() {
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
