//! Inserts the attribute before functions, by their place in the text.
//!
//! Nothing is printed again: the text keeps its lines, so that the compiler's messages for both
//! copies can be compared.

mod finder;
mod left_out;
#[cfg(test)]
mod shapes;

use std::collections::BTreeMap;

use syn::visit::Visit as _;

use self::finder::Finder;
pub(crate) use self::left_out::Reason;

/// Ends with a space, so that only the rest of the line moves.
const ATTRIBUTE: &str = "#[::autometrics::instrument_fn] ";
const SKIP: &str = "#[skip] ";

/// Position of the attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Above all other attributes and the documentation.
    Above,
    /// Below them, directly before the function.
    Below,
    /// One for each `impl` block; on other functions as `Below`.
    Impl,
}

/// Functions in a file.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) places: Vec<Place>,
    pub(crate) left_out: BTreeMap<Reason, usize>,
    /// Names of modules in `#[cfg(test)] mod name;`, whose files are compiled for tests only.
    pub(crate) test_modules: Vec<String>,
}

/// Position of an attribute, and the functions that it instruments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    offset: usize,
    /// Byte offsets of the methods that are skipped, in an instrumented block.
    skipped: Vec<usize>,
    /// Number of functions that it instruments.
    pub(crate) functions: usize,
    /// First and last line of the function or block.
    pub(crate) lines: (usize, usize),
    /// Name of the function, or `impl`.
    pub(crate) name: String,
}

impl Place {
    pub(crate) fn covers(&self, line: usize) -> bool {
        (self.lines.0..=self.lines.1).contains(&line)
    }
}

/// Finds the functions of a file.
pub(crate) fn find(text: &str, style: Style) -> syn::Result<Found> {
    let file = syn::parse_file(text)?;
    // syn removes a byte order mark and a shebang before it counts bytes.
    let mark = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let start = mark + file.shebang.as_ref().map_or(0, String::len);
    let mut finder = Finder::new(style, start);
    finder.visit_file(&file);
    Ok(finder.found)
}

/// Returns the text with the attribute at `places`.
pub(crate) fn write<'a>(text: &str, places: impl IntoIterator<Item = &'a Place>) -> String {
    let mut insertions = Vec::new();
    for place in places {
        insertions.push((place.offset, ATTRIBUTE));
        insertions.extend(place.skipped.iter().map(|&offset| (offset, SKIP)));
    }
    insertions.sort_unstable();
    let mut written = String::with_capacity(text.len() * 2);
    let mut at = 0;
    for (offset, insertion) in insertions {
        written.push_str(&text[at..offset]);
        written.push_str(insertion);
        at = offset;
    }
    written.push_str(&text[at..]);
    written
}
