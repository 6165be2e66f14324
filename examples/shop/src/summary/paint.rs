//! Lines of cells with colours, no wider than the terminal.

/// Appearance of a cell. Without colours all look the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    /// For the most important text.
    Strong,
    /// For titles and explanations.
    Faint,
    /// For addresses of pages.
    Place,
    Good,
    Bad,
    Bar,
}

impl Style {
    /// Returns the parameters of the escape sequence that turns the style on.
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Place => "36",
            Self::Good => "32",
            Self::Bad => "1;31",
            Self::Bar => "34",
        }
    }
}

/// A line that is being written.
#[derive(Debug)]
pub(super) struct Line {
    text: String,
    left: usize,
    colours: bool,
}

impl Line {
    /// Starts an empty line for a terminal with `width` columns.
    pub(super) fn new(width: usize, colours: bool) -> Self {
        Self {
            text: String::new(),
            left: width,
            colours,
        }
    }

    /// Appends `text` in a cell of its own width.
    pub(super) fn put(self, text: &str, style: Style) -> Self {
        let width = text.chars().count();
        self.cell(text, width, style, false)
    }

    /// Appends a cell with `text` at its left.
    pub(super) fn left(self, text: &str, width: usize, style: Style) -> Self {
        self.cell(text, width, style, false)
    }

    /// Appends a cell with `text` at its right.
    pub(super) fn right(self, text: &str, width: usize, style: Style) -> Self {
        self.cell(text, width, style, true)
    }

    /// Ends the line with `text`, at the right edge of the terminal.
    pub(super) fn last(self, text: &str, style: Style) -> String {
        let width = self.left;
        self.cell(text, width, style, true).text
    }

    pub(super) fn end(self) -> String {
        self.text
    }

    fn cell(mut self, text: &str, width: usize, style: Style, at_the_right: bool) -> Self {
        let width = width.min(self.left);
        self.left -= width;
        let text = shortened(text, width);
        let blanks = " ".repeat(width - text.chars().count());
        if at_the_right {
            self.text.push_str(&blanks);
        }
        let code = if self.colours { style.code() } else { "" };
        if code.is_empty() {
            self.text.push_str(&text);
        } else {
            for piece in ["\x1b[", code, "m", &text, "\x1b[0m"] {
                self.text.push_str(piece);
            }
        }
        if !at_the_right {
            self.text.push_str(&blanks);
        }
        self
    }
}

/// Returns `text`, cut to `width` characters with an ellipsis at its end.
fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(width.saturating_sub(1)).collect();
    if width > 0 {
        short.push('…');
    }
    short
}

/// Returns a bar that fills `share` of `width` cells, to the eighth of a cell.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of some dozen cells"
)]
pub(super) fn bar(share: f64, width: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share.clamp(0.0, 1.0) * width as f64 * 8.0).round() as usize;
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

#[cfg(test)]
mod tests {
    use super::{Line, Style, bar};

    #[test]
    fn line_is_cut_at_the_width_of_the_terminal() {
        let line = Line::new(10, false)
            .left("checkout", 6, Style::Strong)
            .right("99.9 %", 8, Style::Good)
            .put("more", Style::Plain);
        assert_eq!(line.end(), "check…99.…");
    }

    #[test]
    fn bar_ends_in_eighths_of_a_cell() {
        assert_eq!(bar(0.5, 4), "██");
        assert_eq!(bar(0.53, 4), "██▏");
        assert_eq!(bar(7.0, 2), "██");
        assert_eq!(bar(0.0, 2), "");
    }
}
