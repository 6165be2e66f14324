//! What a value says of the call that returned it.

use std::{rc::Rc, sync::Arc};

use super::{AddKinds, ErrorKind};
use crate::cells::Kind;

/// A value that knows whether the call that returned it went well, and if not,
/// what kind of error it was.
///
/// It is asked when it is returned as such, in `Ok` or `Err`, in a `ControlFlow`
/// or in `Poll::Ready`. `#[derive(ResultLabels)]` implements it from
/// `#[label(…)]` on variants. By hand it looks like this:
///
/// ```
/// use autometrics_core::{ErrorKind, ResultLabel, ResultLabels};
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
///             Self::NotFound => Some(ResultLabel::Error(Some(&NOT_FOUND))),
///             // Who gave up does not want to see it as an error.
///             Self::Cancelled => Some(ResultLabel::Ok),
///             // As without this trait: in `Err` an error, else none.
///             Self::Io(_) => None,
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what counts as an error",
    label = "this type has no `ResultLabels`",
    note = "put `#[derive(autometrics::ResultLabels)]` on it, or name the kind yourself: `#[label(error = \"…\")]`"
)]
pub trait ResultLabels {
    /// What the call counts as, or `None` where the value has no say: then it
    /// is an error in `Err` and `Break`, and ok elsewhere.
    ///
    /// It is called when a call ends, on the thread that made the call, so it
    /// should be quick and must not panic.
    fn result_label(&self) -> Option<ResultLabel>;

    /// Names all kinds that [`result_label`](Self::result_label) may give, so
    /// that they have series of zeros before they first occur. Without it they
    /// have series from then on.
    fn error_kinds(kinds: &mut ErrorKinds) {
        let _ = kinds;
    }
}

/// What a call counts as: `result="ok"` or `result="error"`.
#[derive(Clone, Copy, Debug)]
pub enum ResultLabel {
    /// It went well.
    Ok,
    /// It failed, in a way that has a name or not.
    Error(Option<&'static ErrorKind>),
}

impl ResultLabel {
    #[inline]
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Ok => Kind::OK,
            Self::Error(None) => Kind::ERROR,
            Self::Error(Some(kind)) => kind.kind(),
        }
    }
}

/// The kinds of errors that a type may give, while they are gathered.
#[derive(Debug, Default)]
pub struct ErrorKinds {
    kinds: Vec<&'static ErrorKind>,
    /// The types that have begun to add theirs.
    asked: Vec<&'static str>,
}

impl ErrorKinds {
    /// Those that `add` adds.
    pub(crate) fn of(add: AddKinds) -> Vec<Kind> {
        let mut kinds = Self::default();
        add(&mut kinds);
        kinds.kinds.iter().map(|kind| kind.kind()).collect()
    }

    /// Adds `kind`.
    pub fn add(&mut self, kind: &'static ErrorKind) {
        self.kinds.push(kind);
    }

    /// Whether a `T` has not added its kinds yet, which is asked once by types
    /// that may contain themselves.
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
