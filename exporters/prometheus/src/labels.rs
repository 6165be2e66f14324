//! Escapes labels and joins them per group, once per page.

use std::ops::Range;

use autometrics_core::Families;

/// Appends `text` to `out` with backslashes and line feeds escaped, and double quotes too if
/// `quotes` is set.
pub(crate) fn push_escaped(out: &mut String, text: &str, quotes: bool) {
    // Hardly any text needs escaping. Without an early exit, the compiler vectorizes this loop.
    let special = |byte| byte == b'\\' || byte == b'\n' || byte == b'"';
    if !text.bytes().fold(false, |any, byte| any | special(byte)) {
        out.push_str(text);
        return;
    }
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'"' if quotes => "\\\"",
            _ => continue,
        };
        // The three characters are ASCII, so `at` is a character boundary.
        out.push_str(&text[done..at]);
        out.push_str(escaped);
        done = at + 1;
    }
    out.push_str(&text[done..]);
}

/// Text of each label group of a snapshot, with a comma before each label.
pub(crate) struct LabelText {
    text: String,
    /// Range of each group in `text`.
    places: Vec<Range<usize>>,
}

impl LabelText {
    pub(crate) fn of(families: &Families<'_>) -> Self {
        let groups = families.groups();
        let mut text = String::with_capacity(groups.len() * 64);
        let places = groups.map(|labels| {
            let start = text.len();
            for (name, value) in labels {
                text.push(',');
                text.push_str(name);
                text.push_str("=\"");
                push_escaped(&mut text, value, true);
                text.push('"');
            }
            start..text.len()
        });
        let places = places.collect();
        Self { text, places }
    }

    /// Returns the text of each group, by index.
    pub(crate) fn groups(&self) -> Vec<&str> {
        let places = self.places.iter();
        places.map(|place| &self.text[place.clone()]).collect()
    }

    /// Returns the mean length of a group, in bytes.
    pub(crate) fn mean_len(&self) -> usize {
        self.text.len().div_ceil(self.places.len().max(1))
    }
}
