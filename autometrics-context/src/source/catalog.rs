//! Known functions with their places in the source code, and the search for a place.

use super::error::Error;
use crate::calls::Name;

/// Maximum number of functions or files that an error lists.
const LISTED: usize = 8;

/// Known functions, sorted by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalog {
    /// Functions, without duplicates.
    pub places: Vec<Place>,
}

/// Function with its place in the source code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Name of the function.
    pub name: Name,
    /// Source file; empty if unknown.
    pub file: String,
    /// Line of the function's name; 0 if unknown.
    pub line: u32,
    /// URL of that line at the commit of the build.
    pub source_url: Option<String>,
    /// Names of the function's objectives.
    pub objectives: Vec<String>,
    /// Instrumented functions that its body calls, as far as the spelling tells.
    pub calls: Vec<Name>,
}

/// Functions at a place that was searched for.
#[derive(Clone, Debug, PartialEq)]
pub struct Match<'a> {
    /// The functions, by file and line; at least one.
    pub places: Vec<&'a Place>,
    /// Description of the match, such as `src/pay.rs:50 is in the function at line 42, or after it`.
    pub note: Option<String>,
}

impl Place {
    /// Returns `file:line`; `None` if the file is unknown.
    pub fn position(&self) -> Option<String> {
        let is_known = !self.file.is_empty() && self.line > 0;
        is_known.then(|| format!("{}:{}", self.file, self.line))
    }
}

impl Catalog {
    /// Creates a catalogue, and sorts the functions.
    pub fn new(mut places: Vec<Place>) -> Self {
        places.sort_by(|one, other| one.name.cmp(&other.name));
        places.dedup_by(|next, kept| next.name == kept.name);
        Self { places }
    }

    /// Returns the function with this name.
    pub fn find(&self, name: &Name) -> Option<&Place> {
        let found = self.places.binary_search_by(|it| it.name.cmp(name));
        found.ok().map(|at| &self.places[at])
    }

    /// Finds the functions at `text`: `file`, `file:line` or a function.
    ///
    /// Files match from the end, by whole folders, so absolute paths match, too: `pay.rs`,
    /// `src/pay.rs` and `/code/shop/src/pay.rs` all match `src/pay.rs`. Records have the line of a
    /// function's name only, so a line belongs to the nearest function above it, or else to the
    /// first function of the file. Functions match from the end by whole path segments: `charge`
    /// and `pay::charge` match `shop::pay::charge`.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such place, or if a file name matches several files; the
    /// error lists candidates.
    pub fn search(&self, text: &str) -> Result<Match<'_>, Error> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::question(
                "the place is empty; write a file, `file:line`, or a function",
            ));
        }
        let exact = |place: &&Place| place.name.to_string() == text;
        if let Some(place) = self.places.iter().find(exact) {
            return Ok(Match {
                places: vec![place],
                note: None,
            });
        }
        let (file, line) = split_line(text);
        let in_file: Vec<_> = self
            .places
            .iter()
            .filter(|it| is_file(&it.file, file))
            .collect();
        if !in_file.is_empty() {
            return at(text, in_file, line);
        }
        let functions: Vec<_> = self
            .places
            .iter()
            .filter(|it| is_function(it, text))
            .collect();
        if !functions.is_empty() {
            let note = (functions.len() > 1)
                .then(|| format!("{} functions have this name", functions.len()));
            return Ok(Match {
                places: functions,
                note,
            });
        }
        Err(self.unknown(text, file))
    }

    fn unknown(&self, text: &str, file: &str) -> Error {
        let shown = shortened(text);
        if self.places.is_empty() {
            return Error::question(format!(
                "no place `{shown}`: no instrumented function is known"
            ));
        }
        if self.places.iter().all(|place| place.file.is_empty()) && file.contains('.') {
            return Error::question(format!(
                "no place `{shown}`: the files of functions are unknown; name a function, or pass \
                 the compiled program with `--artifact` or `-p`"
            ));
        }
        let last = text.rsplit(['/', ':', '\\']).next().unwrap_or(text);
        let last = last.split('.').next().unwrap_or(last).to_lowercase();
        let mut similar: Vec<_> = self
            .places
            .iter()
            .filter(|it| {
                let is_similar =
                    |text: &str| !last.is_empty() && text.to_lowercase().contains(&last);
                is_similar(&it.name.function) || is_similar(&it.file)
            })
            .map(|it| it.name.to_string())
            .collect();
        similar.truncate(LISTED);
        let remedy = if similar.is_empty() {
            let mut files: Vec<_> = self.places.iter().map(|it| &*it.file).collect();
            files.sort_unstable();
            files.dedup();
            let more = files.len().saturating_sub(LISTED);
            files.truncate(LISTED);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            format!(
                "files with instrumented functions: {}{more}",
                files.join(", ")
            )
        } else {
            format!("similar: {}", similar.join(", "))
        };
        Error::question(format!("no instrumented function at `{shown}`; {remedy}"))
    }
}

fn at<'a>(text: &str, mut places: Vec<&'a Place>, line: Option<u32>) -> Result<Match<'a>, Error> {
    places.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    let Some(line) = line else {
        return Ok(Match { places, note: None });
    };
    let mut files: Vec<_> = places.iter().map(|it| &*it.file).collect();
    files.dedup();
    if files.len() > 1 {
        files.truncate(LISTED);
        return Err(Error::question(format!(
            "`{}` matches several files: {}; write more of the path",
            shortened(text),
            files.join(", ")
        )));
    }
    let above = places.iter().rev().find(|it| it.line <= line);
    let place = *above.unwrap_or(&places[0]);
    let note = match place.line {
        found if found == line => None,
        found if found > line => Some(format!(
            "line {line} is above the first instrumented function of the file, at line {found}"
        )),
        found => Some(format!(
            "line {line} belongs to the nearest function above, at line {found}; functions that are \
             not instrumented are unknown"
        )),
    };
    // Several functions of a macro share one line.
    let same = places.into_iter().filter(|it| it.line == place.line);
    Ok(Match {
        places: same.collect(),
        note,
    })
}

/// Splits `file:line` or `file:line:column`.
fn split_line(text: &str) -> (&str, Option<u32>) {
    let number = |text: &str| text.parse::<u32>().ok();
    let Some((rest, last)) = text.rsplit_once(':') else {
        return (text, None);
    };
    let Some(last) = number(last) else {
        return (text, None);
    };
    match rest
        .rsplit_once(':')
        .map(|(file, line)| (file, number(line)))
    {
        Some((file, Some(line))) => (file, Some(line)),
        _ => (rest, Some(last)),
    }
}

/// Returns `true` if one path ends with the other, by whole folders.
fn is_file(known: &str, asked: &str) -> bool {
    let asked = asked.replace('\\', "/");
    let asked = asked.trim_start_matches("./");
    if known.is_empty() || asked.is_empty() {
        return false;
    }
    let ends_with = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    ends_with(known, asked) || ends_with(asked, known)
}

fn is_function(place: &Place, asked: &str) -> bool {
    let name = place.name.to_string();
    name.strip_suffix(asked)
        .is_some_and(|rest| rest.ends_with("::"))
}

fn shortened(text: &str) -> String {
    crate::text::quoted(text, 80)
}

#[cfg(test)]
mod tests {
    use super::{Catalog, Place};
    use crate::calls::Name;

    fn catalog() -> Catalog {
        let place = |module, function, file: &str, line| Place {
            name: Name::new(module, function),
            file: file.to_owned(),
            line,
            ..Place::default()
        };
        Catalog::new(vec![
            place("shop::pay", "charge", "src/pay.rs", 10),
            place("shop::pay", "refund", "src/pay.rs", 30),
            place("shop::cart", "Cart::add", "src/cart/mod.rs", 5),
            place("shop::db", "run", "src/db/mod.rs", 7),
        ])
    }

    fn found(text: &str) -> Result<Vec<String>, String> {
        let catalog = catalog();
        let found = catalog.search(text).map_err(|error| error.to_string())?;
        Ok(found
            .places
            .iter()
            .map(|it| it.name.function.clone())
            .collect())
    }

    #[test]
    fn files_lines_and_functions_are_found() {
        for (text, expected) in [
            ("src/pay.rs", vec!["charge", "refund"]),
            ("pay.rs", vec!["charge", "refund"]),
            ("./src/pay.rs", vec!["charge", "refund"]),
            ("/code/shop/src/pay.rs", vec!["charge", "refund"]),
            ("C:\\code\\src\\pay.rs:31", vec!["refund"]),
            ("src/pay.rs:10", vec!["charge"]),
            ("src/pay.rs:29:5", vec!["charge"]),
            ("src/pay.rs:3", vec!["charge"]),
            ("src/pay.rs:4000000000", vec!["refund"]),
            ("shop::pay::charge", vec!["charge"]),
            ("charge", vec!["charge"]),
            ("Cart::add", vec!["Cart::add"]),
            ("mod.rs", vec!["Cart::add", "run"]),
        ] {
            let expected = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(found(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn unknown_places_name_what_is_similar() {
        assert_eq!(
            found("src/payments.rs:3").unwrap_err(),
            "no instrumented function at `src/payments.rs:3`; files with instrumented functions: \
             src/cart/mod.rs, src/db/mod.rs, src/pay.rs"
        );
        assert_eq!(
            found("Refund").unwrap_err(),
            "no instrumented function at `Refund`; similar: shop::pay::refund"
        );
        assert_eq!(
            found("mod.rs:9").unwrap_err(),
            "`mod.rs:9` matches several files: src/cart/mod.rs, src/db/mod.rs; write more of the path"
        );
        assert!(found("ay.rs").is_err());
        assert!(found("  ").is_err());
        assert!(found(&"x".repeat(1_000_000)).unwrap_err().len() < 300);
    }
}
