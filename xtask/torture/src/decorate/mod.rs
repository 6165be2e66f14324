//! Puts the attribute before functions, by their place in the text.
//!
//! Nothing is printed anew: the text stays as its authors wrote it, line by line,
//! so that what the compiler says of both can be compared.

mod finder;
mod left_out;
#[cfg(test)]
mod shapes;

use std::collections::BTreeMap;

use syn::visit::Visit as _;

use self::finder::Finder;
pub(crate) use self::left_out::Reason;

/// With a space behind it, so that the rest of the line moves and nothing else.
const ATTRIBUTE: &str = "#[::autometrics::instrument_fn] ";
const SKIP: &str = "#[skip] ";

/// Where the attribute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Above all other attributes and the documentation.
    Above,
    /// Below them, right before the function.
    Below,
    /// One for each `impl` block; on other functions as `Below`.
    Impl,
}

/// What was found in a file.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) places: Vec<Place>,
    pub(crate) left_out: BTreeMap<Reason, usize>,
    /// `#[cfg(test)] mod name;`: files that only tests see.
    pub(crate) test_modules: Vec<String>,
}

/// Where an attribute belongs, and what it decorates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    offset: usize,
    /// In a decorated block, the methods that cannot be.
    skipped: Vec<usize>,
    /// How many functions it decorates.
    pub(crate) functions: usize,
    /// What it decorates, from its first line to its last.
    pub(crate) lines: (usize, usize),
    /// The function's name.
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
    // What syn removes before it counts.
    let mark = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let start = mark + file.shebang.as_ref().map_or(0, String::len);
    let mut finder = Finder::new(style, start);
    finder.visit_file(&file);
    Ok(finder.found)
}

/// Writes the attribute at `places`.
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
