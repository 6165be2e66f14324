//! The trait by which returned values classify their call.

use std::{rc::Rc, sync::Arc};

use super::ErrorKind;
use crate::cells::CallKind;

/// A value that classifies the call that returned it: ok or error, and the error kind.
///
/// The trait is used if the value is returned directly, in `Ok` or `Err`, in a `ControlFlow` or in
/// `Poll::Ready`. `#[derive(ResultLabels)]` implements it from `#[label(…)]` on variants. An
/// implementation by hand:
///
/// ```
/// use autometrics::{ErrorKind, ResultLabel, ResultLabels};
///
/// enum LoadError {
///     NotFound,
///     Cancelled,
///     Io(std::io::Error),
/// }
///
/// static NOT_FOUND: ErrorKind = ErrorKind::new("not_found");
///
/// impl ResultLabels for LoadError {
///     fn result_label(&self) -> Option<ResultLabel> {
///         match self {
///             Self::NotFound => Some(ResultLabel::error(&NOT_FOUND)),
///             // Who gave up does not want to see it as an error.
///             Self::Cancelled => Some(ResultLabel::Ok),
///             // As without this trait: in `Err` an error, else none.
///             Self::Io(_) => None,
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement `ResultLabels`",
    label = "expected a type that implements `ResultLabels`",
    note = "put `#[derive(autometrics::ResultLabels)]` on it, or name the error kind: `#[label(error = \"…\")]`"
)]
pub trait ResultLabels {
    /// Returns the classification of the call; `None` for the default: an error in `Err` and
    /// `Break`, ok elsewhere.
    ///
    /// Called at the end of a call, on the thread that made the call, so it should be quick and
    /// must not panic.
    fn result_label(&self) -> Option<ResultLabel>;

    /// Adds all error kinds that [`result_label`](Self::result_label) can return, so that each is
    /// exported with value 0 from the function's first call on. Without an implementation, an error
    /// kind has no series before its first occurrence.
    fn error_kinds(kinds: &mut ErrorKinds) {
        let _ = kinds;
    }
}

/// Classification of a call: the label `result="ok"` or `result="error"`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ResultLabel {
    /// The call succeeded.
    Ok,
    /// The call failed, with an error kind or without.
    Error(Option<&'static ErrorKind>),
}

impl ResultLabel {
    /// Returns the classification of a call that failed with the error kind `kind`.
    #[inline]
    pub const fn error(kind: &'static ErrorKind) -> Self {
        Self::Error(Some(kind))
    }

    #[inline]
    pub(super) fn kind(self) -> CallKind {
        match self {
            Self::Ok => CallKind::OK,
            Self::Error(None) => CallKind::ERROR,
            Self::Error(Some(kind)) => kind.kind(),
        }
    }
}

/// Adds the error kinds of a type.
pub(crate) type AddKinds = fn(&mut ErrorKinds);

/// Error kinds of a type, while they are collected.
#[derive(Debug, Default)]
pub struct ErrorKinds {
    kinds: Vec<&'static ErrorKind>,
    /// Names of types that have begun to add their error kinds.
    asked: Vec<&'static str>,
}

impl ErrorKinds {
    /// Returns the error kinds that `add` adds, as numeric kinds.
    pub(crate) fn of(add: AddKinds) -> Vec<CallKind> {
        let mut kinds = Self::default();
        add(&mut kinds);
        kinds.kinds.iter().map(|kind| kind.kind()).collect()
    }

    /// Adds an error kind.
    pub fn add(&mut self, kind: &'static ErrorKind) {
        self.kinds.push(kind);
    }

    /// Returns `true` the first time that it is called for a `T`. Types that may contain themselves
    /// call it, so that their error kinds are added once.
    pub fn begin<T: ?Sized>(&mut self) -> bool {
        let name = std::any::type_name::<T>();
        let first = !self.asked.contains(&name);
        if first {
            self.asked.push(name);
        }
        first
    }
}

macro_rules! as_what_it_points_to {
    ($($pointer:ty),*) => {$(
        impl<T: ResultLabels + ?Sized> ResultLabels for $pointer {
            #[inline]
            fn result_label(&self) -> Option<ResultLabel> {
                (**self).result_label()
            }

            fn error_kinds(kinds: &mut ErrorKinds) {
                T::error_kinds(kinds);
            }
        }
    )*};
}

as_what_it_points_to!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);
