//! Limits of YAML input, so that no file exhausts the stack or the memory.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScanError};

/// Maximum depth of nesting. Rule files and OpenSLO have some ten levels.
const DEEPEST: usize = 100;
/// Maximum number of values in a file after its aliases are replaced by the values that they refer
/// to.
const MOST_VALUES: usize = 1_000_000;

/// Place and reason of a refusal.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// Line in the file, from 1.
    pub(crate) line: usize,
    /// Column in the line, from 1.
    pub(crate) column: usize,
    pub(crate) reason: String,
}

impl From<ScanError> for Refusal {
    fn from(error: ScanError) -> Self {
        Self {
            line: error.marker().line(),
            column: error.marker().col() + 1,
            reason: error.info().to_owned(),
        }
    }
}

/// Size of a value, with everything in it.
#[derive(Clone, Copy, Default)]
struct Extent {
    values: usize,
    depth: usize,
}

impl Extent {
    const SCALAR: Self = Self {
        values: 1,
        depth: 0,
    };

    fn add(&mut self, inner: Self) {
        self.values = self.values.saturating_add(inner.values);
        self.depth = self.depth.max(inner.depth.saturating_add(1));
    }
}

/// Checks that `text` is YAML that can be loaded: neither too deep nor too large.
///
/// This reads the events of the parser, which keeps its nesting in a list. The loader recurses for
/// each level, and copies the value of each alias.
pub(crate) fn check(text: &str) -> Result<(), Refusal> {
    let mut open: Vec<(usize, Extent)> = Vec::new();
    let mut anchors = HashMap::new();
    let mut total = 0_usize;
    for next in Parser::new_from_str(text) {
        let (event, span) = next?;
        let (anchor, extent) = match event {
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                open.push((anchor, Extent::SCALAR));
                (0, Extent::default())
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().unwrap_or_default(),
            Event::Scalar(_, _, anchor, _) => (anchor, Extent::SCALAR),
            Event::Alias(anchor) => (0, anchors.get(&anchor).copied().unwrap_or(Extent::SCALAR)),
            _ => continue,
        };
        if anchor > 0 {
            anchors.insert(anchor, extent);
        }
        if extent.values > 0 {
            match open.last_mut() {
                Some((_, outer)) => outer.add(extent),
                None => total = total.saturating_add(extent.values),
            }
        }
        let innermost = open.last().map_or(extent, |(_, outer)| *outer);
        let reason = if open.len() + innermost.depth > DEEPEST {
            format!("values are nested more than {DEEPEST} levels deep")
        } else if innermost.values > MOST_VALUES || total > MOST_VALUES {
            format!("it has more than {MOST_VALUES} values, including those that aliases expand to")
        } else {
            continue;
        };
        return Err(Refusal {
            line: span.start.line(),
            column: span.start.col() + 1,
            reason,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[track_caller]
    fn refused(text: &str) -> String {
        check(text).expect_err("too much").reason
    }

    #[test]
    fn accepts_ordinary_files() {
        for text in [
            "",
            "a: 1",
            "a: &a [1, 2]\nb: *a\nc: {d: *a}\n---\n- 1\n",
            &format!("{}1{}", "[".repeat(99), "]".repeat(99)),
        ] {
            check(text).expect("is small");
        }
    }

    #[test]
    fn refuses_too_deep_nesting() {
        let flow = "[".repeat(101);
        assert!(refused(&flow).contains("levels deep"));
        assert!(refused(&"- ".repeat(100_000)).contains("levels deep"));
        assert!(refused(&"? ".repeat(100_000)).contains("levels deep"));
        // Each anchor holds the one before it.
        let chain = (1..200).map(|n| format!("- &a{n} [*a{}]\n", n - 1));
        let chain = format!("- &a0 [1]\n{}", chain.collect::<String>());
        assert!(refused(&chain).contains("levels deep"));
    }

    #[test]
    fn refuses_aliases_that_multiply() {
        let lists = (1..12).map(|n| {
            let inner = vec![format!("*a{}", n - 1); 10].join(", ");
            format!("- &a{n} [{inner}]\n")
        });
        let text = format!("- &a0 [1]\n{}", lists.collect::<String>());
        assert!(refused(&text).contains("aliases"));
    }
}
