//! Texts from values that the user's code shows, whatever that does.

use std::{
    fmt::{self, Write as _},
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::settings;
use crate::outcome::Failure;

/// What `value` shows, as far as it is needed. A `Display` that panics or fails has said
/// what it said.
pub(super) fn of(value: &dyn fmt::Display) -> String {
    let mut text = ErrorText::new();
    text.show(value);
    text.text
}

/// Where an error says what it is. Ends the formatting once there is enough.
#[derive(Debug)]
pub struct ErrorText {
    text: String,
    longest: usize,
    /// Whether anything was said, if only nothing.
    shown: bool,
}

impl ErrorText {
    pub(super) fn new() -> Self {
        Self {
            text: String::new(),
            longest: settings::get().longest_raw(),
            shown: false,
        }
    }

    /// Adds what `value` shows.
    pub fn show(&mut self, value: &dyn fmt::Display) {
        self.shown = true;
        let _ = catch_unwind(AssertUnwindSafe(|| write!(self, "{value}")));
    }

    pub(super) fn said(self) -> Option<String> {
        self.shown.then_some(self.text)
    }
}

impl fmt::Write for ErrorText {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        // One character more than there is room for, to tell that it was cut.
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

/// A value as `Debug` shows it.
pub(super) struct Debugged<'a, T: ?Sized>(pub(super) &'a T);

impl<T: fmt::Debug + ?Sized> fmt::Display for Debugged<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

// Found in this order, as `outcome/returned.rs` tells.

impl<E: fmt::Display> Failure<'_, E> {
    /// As it displays itself.
    pub fn __autometrics_tell(self, text: &mut ErrorText) {
        if let Some(error) = self.get() {
            text.show(error);
        }
    }
}

/// What holds for errors without `Display`.
pub trait TellDebug {
    /// As for programmers.
    fn __autometrics_tell(self, text: &mut ErrorText);
}

impl<E: fmt::Debug> TellDebug for Failure<'_, E> {
    fn __autometrics_tell(self, text: &mut ErrorText) {
        if let Some(error) = self.get() {
            text.show(&Debugged(error));
        }
    }
}

/// What holds for errors without either.
pub trait TellNothing {
    /// Nothing.
    fn __autometrics_tell(&self, text: &mut ErrorText);
}

impl<E> TellNothing for Failure<'_, E> {
    fn __autometrics_tell(&self, _: &mut ErrorText) {}
}
