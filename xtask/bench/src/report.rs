//! The tables of a run, and what a reader must know to read them.

use std::fmt::Write as _;

use crate::{machine, table::Table};

/// What a run found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    body: String,
}

impl Report {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a table, unless nothing is in it.
    pub(crate) fn section(&mut self, title: &str, table: &Table) {
        if !table.is_empty() {
            self.heading(title);
            self.body.push_str(&table.to_string());
        }
    }

    pub(crate) fn heading(&mut self, title: &str) {
        let _ = write!(self.body, "\n## {title}\n\n");
    }

    /// Adds a paragraph.
    pub(crate) fn note(&mut self, text: &str) {
        let _ = write!(self.body, "\n{text}\n");
    }

    pub(crate) fn body(&self) -> &str {
        &self.body
    }

    /// The whole file.
    pub(crate) fn document(&self) -> String {
        let mut text = String::from(INTRODUCTION);
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let _ = writeln!(text, "\n- {}", machine::description().join("\n- "));
        let _ = writeln!(text, "- measured on {}", machine::date());
        let _ = writeln!(text, "- by `cargo xtask bench {}`", arguments.join(" "));
        text.push_str(&self.body);
        text
    }
}

const INTRODUCTION: &str = "\
# Benchmarks
";
