//! Texts formatted by the user's code, protected against panics and excess length.

use std::{
    fmt::{self, Write as _},
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::{outcome::Failure, registry};

/// Formats `value`, up to the length that is needed. If its `Display` panics or fails, the text up
/// to then is returned.
pub(super) fn of(value: &dyn fmt::Display) -> String {
    let mut text = ErrorText::new();
    text.show(value);
    text.text
}

/// Receives the text of an error. Aborts the formatting when the maximum length is reached.
#[derive(Debug)]
pub struct ErrorText {
    text: String,
    longest: usize,
    /// `true` if a value was formatted, even if its text is empty.
    shown: bool,
}

impl ErrorText {
    pub(super) fn new() -> Self {
        Self {
            text: String::new(),
            longest: registry::get().events.longest_raw(),
            shown: false,
        }
    }

    /// Appends the text of `value`.
    pub fn show(&mut self, value: &dyn fmt::Display) {
        self.shown = true;
        let _ = catch_unwind(AssertUnwindSafe(|| write!(self, "{value}")));
    }

    pub(super) fn into_text(self) -> Option<String> {
        self.shown.then_some(self.text)
    }
}

impl fmt::Write for ErrorText {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        // Up to four bytes more than the maximum, so that the text is recognized as too long and
        // cut.
        let room = (self.longest + 4).saturating_sub(self.text.len());
        if more.len() <= room {
            self.text.push_str(more);
            return Ok(());
        }
        let mut end = room;
        while !more.is_char_boundary(end) {
            end -= 1;
        }
        self.text.push_str(&more[..end]);
        Err(fmt::Error)
    }
}

/// Formats the value with `Debug`.
pub(super) struct Debugged<'a, T: ?Sized>(pub(super) &'a T);

impl<T: fmt::Debug + ?Sized> fmt::Display for Debugged<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

// Method resolution tries these in this order, as described in `outcome/returned.rs`.

impl<E: fmt::Display> Failure<'_, E> {
    /// Formats the error with `Display`.
    pub fn __autometrics_format_error(self, text: &mut ErrorText) {
        if let Some(error) = self.get() {
            text.show(error);
        }
    }
}

/// Method for errors without `Display`.
pub trait FormatDebug {
    /// Formats the error with `Debug`.
    fn __autometrics_format_error(self, text: &mut ErrorText);
}

impl<E: fmt::Debug> FormatDebug for Failure<'_, E> {
    fn __autometrics_format_error(self, text: &mut ErrorText) {
        if let Some(error) = self.get() {
            text.show(&Debugged(error));
        }
    }
}

/// Method for errors with neither `Display` nor `Debug`.
pub trait FormatNothing {
    /// Adds no text.
    fn __autometrics_format_error(&self, text: &mut ErrorText);
}

impl<E> FormatNothing for Failure<'_, E> {
    fn __autometrics_format_error(&self, _: &mut ErrorText) {}
}
