//! Fields of a call, captured when the call begins and formatted only if it is kept.
//!
//! A value that is `Copy`, such as a reference, is copied and formatted later. Any other value may
//! no longer exist by then and is formatted at once. Method resolution chooses between the two, as
//! in `outcome/returned.rs`.

use std::fmt;

use super::{ErrorText, keep::Captured, text, thread};

/// The value of a field.
#[derive(Debug)]
pub struct Field<'a, T: ?Sized>(pub &'a T);

/// The value is `Copy` and formatted when the call ends.
#[derive(Clone, Copy, Debug)]
pub struct FormatAtEnd;

/// The value is formatted when the call begins.
#[derive(Clone, Copy, Debug)]
pub struct FormatAtStart;

impl<T: Copy> Field<'_, T> {
    /// Selects formatting at the end of the call.
    #[inline]
    pub fn __autometrics_when(self) -> FormatAtEnd {
        FormatAtEnd
    }
}

/// Method for all other values.
pub trait Otherwise {
    /// Selects formatting at the beginning of the call.
    #[inline]
    fn __autometrics_when(&self) -> FormatAtStart {
        FormatAtStart
    }
}

impl<T: ?Sized> Otherwise for Field<'_, T> {}

/// A copy of a value and its formatting function. A value without `Display` or `Debug` thus causes
/// a single compiler error.
pub struct Copied<T> {
    value: T,
    show: fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
}

impl<T> fmt::Display for Copied<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.show)(&self.value, f)
    }
}

#[expect(clippy::unused_self, reason = "method resolution needs the receiver")]
impl FormatAtEnd {
    /// Copies the value, to be formatted with `Display`.
    #[inline]
    pub fn __autometrics_display<T: Copy + fmt::Display>(self, value: &T) -> Copied<T> {
        Copied {
            value: *value,
            show: <T as fmt::Display>::fmt,
        }
    }

    /// Copies the value, to be formatted with `Debug`.
    #[inline]
    pub fn __autometrics_debug<T: Copy + fmt::Debug>(self, value: &T) -> Copied<T> {
        Copied {
            value: *value,
            show: <T as fmt::Debug>::fmt,
        }
    }
}

#[expect(clippy::unused_self, reason = "method resolution needs the receiver")]
impl FormatAtStart {
    /// Formats the value with `Display`.
    pub fn __autometrics_display<T: fmt::Display + ?Sized>(self, value: &T) -> String {
        at_once(&value)
    }

    /// Formats the value with `Debug`.
    pub fn __autometrics_debug<T: fmt::Debug + ?Sized>(self, value: &T) -> String {
        at_once(&text::Debugged(value))
    }
}

/// Formats `value`; returns an empty text while another text of an event is formatted on this
/// thread, for example if the `Display` of a value calls a function that has the value as a field.
#[inline(never)]
fn at_once(value: &dyn fmt::Display) -> String {
    thread::unless_making_event(|| text::of(value)).unwrap_or_default()
}

/// Fields of functions without `fields(…)`.
#[inline]
pub fn no_fields(_: &mut Captured<'_>) {}

/// Adds no text, for functions that return no error.
#[inline]
pub fn no_error<R: ?Sized>(_: &R, _: &mut ErrorText) {}
