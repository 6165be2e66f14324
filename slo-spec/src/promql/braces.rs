//! Escapes braces, so that a template of Prometheus prints a text unchanged.

/// Returns a template that prints `text` unchanged.
pub(crate) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        // A brace at the end could form a pair with the first brace of the following text.
        if c == '{' && matches!(chars.peek(), None | Some('{')) {
            out.push_str("{{\"{\"}}");
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn braces_are_text() {
        assert_eq!(literal("a {b}"), "a {b}");
        assert_eq!(literal("{{ x }}"), r#"{{"{"}}{ x }}"#);
        assert_eq!(literal("{{{"), r#"{{"{"}}{{"{"}}{{"{"}}"#);
    }
}
