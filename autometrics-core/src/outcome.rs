//! How the value that a function returned is counted.

use crate::cells::Kind;

/// Wraps a returned value, so that the compiler chooses by its type, aliases
/// seen through: the inherent method where it is a `Result`, else [`Otherwise`].
#[derive(Debug)]
pub struct Returned<'a, T>(pub &'a T);

impl<T, E> Returned<'_, Result<T, E>> {
    /// `Err` is an error.
    #[inline]
    pub fn outcome(&self) -> Kind {
        if self.0.is_ok() {
            Kind::Ok
        } else {
            Kind::Error
        }
    }
}

/// What holds for every type that has no say of its own: it is ok.
pub trait Otherwise {
    /// Always ok.
    #[inline]
    fn outcome(&self) -> Kind {
        Kind::Ok
    }
}

impl<T> Otherwise for Returned<'_, T> {}

/// What a test of the user's says of the returned value; `is_ok` is what `true`
/// means.
#[inline]
pub fn judge<R: ?Sized>(returned: &R, test: impl FnOnce(&R) -> bool, is_ok: bool) -> Kind {
    if test(returned) == is_ok {
        Kind::Ok
    } else {
        Kind::Error
    }
}

/// For values that are ok whatever they are.
#[inline]
pub fn always_ok<R: ?Sized>(_: &R) -> Kind {
    Kind::Ok
}
