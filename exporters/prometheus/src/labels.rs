//! Labels as text, each group of them escaped and put together once.

use autometrics_core::{Families, Group, Sample};

/// Appends `name="value"`, escaped as both formats want it.
pub(crate) fn push(out: &mut String, name: &str, value: &str) {
    out.push_str(name);
    out.push_str("=\"");
    push_escaped(out, value, true);
    out.push('"');
}

/// Appends `text` with its backslashes, line feeds and, if `quotes`, its double
/// quotes escaped.
pub(crate) fn push_escaped(out: &mut String, text: &str, quotes: bool) {
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

/// The groups of labels of a snapshot, each spelled once.
pub(crate) struct Spelled {
    text: String,
    /// The end of each group in `text`.
    ends: Vec<usize>,
}

impl Spelled {
    pub(crate) fn of(families: &Families<'_>) -> Self {
        let mut text = String::new();
        let ends = families.groups().map(|labels| {
            for (at, (name, value)) in labels.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                push(&mut text, name, value);
            }
            text.len()
        });
        let ends = ends.collect();
        Self { text, ends }
    }

    /// Returns the labels of `group`, separated by commas.
    pub(crate) fn get(&self, group: Group) -> &str {
        let at = group.index();
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[at]]
    }

    /// Appends the labels of `sample`, separated by commas.
    pub(crate) fn push(&self, out: &mut String, sample: &Sample<'_>) {
        for (at, group) in sample.groups().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(self.get(group));
        }
    }
}
