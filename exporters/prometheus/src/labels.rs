//! Labels as text, each group of them escaped and put together once.

use std::ops::Range;

use autometrics_core::Families;

/// Appends `text` with its backslashes, line feeds and, if `quotes`, its double
/// quotes escaped.
pub(crate) fn push_escaped(out: &mut String, text: &str, quotes: bool) {
    // Nearly no text has one of them. Without an early end, which the compiler would have to
    // take byte by byte, it looks at many at once.
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
        // The three are ASCII, so `at` lies between characters.
        out.push_str(&text[done..at]);
        out.push_str(escaped);
        done = at + 1;
    }
    out.push_str(&text[done..]);
}

/// The groups of labels of a snapshot, each spelled once, with a comma before each label.
pub(crate) struct Spelled {
    text: String,
    /// The beginning and the end of each group in `text`.
    places: Vec<Range<usize>>,
}

impl Spelled {
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

    /// Returns the text of each group, by its number.
    pub(crate) fn groups(&self) -> Vec<&str> {
        let places = self.places.iter();
        places.map(|place| &self.text[place.clone()]).collect()
    }

    /// Returns the length of a group on average, in bytes.
    pub(crate) fn mean_len(&self) -> usize {
        self.text.len().div_ceil(self.places.len().max(1))
    }
}
