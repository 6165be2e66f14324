//! Formats tables that are readable in a terminal and in Markdown.

use std::fmt;

/// A table with text in the first column and figures in the others.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new<T: Into<String>>(head: impl IntoIterator<Item = T>) -> Self {
        Self {
            rows: vec![head.into_iter().map(Into::into).collect()],
        }
    }

    pub(crate) fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.len() == 1
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.first().map_or(0, Vec::len);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or_default()
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (number, row) in self.rows.iter().enumerate() {
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                if column == 0 {
                    write!(f, "| {cell:<width$} |")?;
                } else {
                    write!(f, " {cell:>width$} |")?;
                }
            }
            writeln!(f)?;
            if number == 0 {
                for (column, &width) in widths.iter().enumerate() {
                    let line = "-".repeat(width);
                    if column == 0 {
                        write!(f, "| {line} |")?;
                    } else {
                        write!(f, " {line}:|")?;
                    }
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

/// Formats nanoseconds with a decimal below 100, because noise is larger than further digits.
pub(crate) fn nanos(time: f64) -> String {
    let digits = usize::from(time < 100.0);
    format!("{time:.digits$}")
}

/// Formats a ratio; empty if there was nothing to compare with.
pub(crate) fn times(ratio: f64) -> String {
    if ratio.is_nan() {
        return String::new();
    }
    let digits = if ratio < 10.0 { 2 } else { 0 };
    format!("{ratio:.digits$}×")
}

#[cfg(test)]
mod tests {
    use super::{Table, nanos, times};

    #[test]
    fn aligns_figures_to_the_right() {
        let mut table = Table::new(["call", "ns"]);
        table.push(vec!["`async`".into(), nanos(22.24)]);
        table.push(vec!["tracing".into(), nanos(139.4)]);
        table.push(vec!["ratio".into(), times(6.267)]);
        let expected = "\
| call    |    ns |
| ------- | -----:|
| `async` |  22.2 |
| tracing |   139 |
| ratio   | 6.27× |
";
        assert_eq!(table.to_string(), expected);
    }
}
