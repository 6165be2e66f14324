//! The fields of a call, captured when it begins and shown only if it is kept.
//!
//! What is `Copy`, references among it, is copied and shown later. Anything else may be
//! gone by then, and is shown at once. Which it is, method resolution decides, as in
//! `outcome/returned.rs`.

use std::fmt;

use super::{ErrorText, keep::Captured, text, thread};

/// A value that a field names.
#[derive(Debug)]
pub struct Field<'a, T: ?Sized>(pub &'a T);

/// The value can be copied.
#[derive(Clone, Copy, Debug)]
pub struct Later;

/// The value has to be shown now.
#[derive(Clone, Copy, Debug)]
pub struct Now;

impl<T: Copy> Field<'_, T> {
    /// When it is shown: later.
    #[inline]
    pub fn __autometrics_when(self) -> Later {
        Later
    }
}

/// What holds for every other value.
pub trait Otherwise {
    /// When it is shown: now.
    #[inline]
    fn __autometrics_when(&self) -> Now {
        Now
    }
}

impl<T: ?Sized> Otherwise for Field<'_, T> {}

/// A copy of a value, and how it is shown: so that one that cannot be is told of once.
pub struct Copied<T> {
    value: T,
    show: fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
}

impl<T> fmt::Display for Copied<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.show)(&self.value, f)
    }
}

#[expect(clippy::unused_self, reason = "it is what the method is found by")]
impl Later {
    /// The value, to be shown as `Display` does.
    #[inline]
    pub fn __autometrics_display<T: Copy + fmt::Display>(self, value: &T) -> Copied<T> {
        Copied {
            value: *value,
            show: <T as fmt::Display>::fmt,
        }
    }

    /// The value, to be shown as `Debug` does.
    #[inline]
    pub fn __autometrics_debug<T: Copy + fmt::Debug>(self, value: &T) -> Copied<T> {
        Copied {
            value: *value,
            show: <T as fmt::Debug>::fmt,
        }
    }
}

#[expect(clippy::unused_self, reason = "it is what the method is found by")]
impl Now {
    /// What the value shows as `Display` does.
    pub fn __autometrics_display<T: fmt::Display + ?Sized>(self, value: &T) -> String {
        at_once(&value)
    }

    /// What the value shows as `Debug` does.
    pub fn __autometrics_debug<T: fmt::Debug + ?Sized>(self, value: &T) -> String {
        at_once(&text::Debugged(value))
    }
}

/// Nothing, where showing a value calls a function that names the value.
#[inline(never)]
fn at_once(value: &dyn fmt::Display) -> String {
    thread::once(|| text::of(value)).unwrap_or_default()
}

/// The fields of functions that name none.
#[inline]
pub fn no_fields(_: &mut Captured<'_>) {}

/// The error of functions that return none.
#[inline]
pub fn no_error<R: ?Sized>(_: &R, _: &mut ErrorText) {}
