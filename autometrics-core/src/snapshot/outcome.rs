//! Outcome of a call, as a plain value.

use std::borrow::Cow;

use crate::{cells::CallKind, outcome::name};

/// Outcome of a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The call returned without an error.
    Ok,
    /// The call failed, with an error kind or without.
    Error(Option<Cow<'static, str>>),
}

impl Outcome {
    /// The call panicked: an error with the error kind `panic`.
    pub const PANIC: Self = Self::Error(Some(Cow::Borrowed("panic")));

    /// Returns `true` if the call panicked: an error with the error kind `panic`.
    pub fn is_panic(&self) -> bool {
        *self == Self::PANIC
    }

    /// Returns the value of the label `result`: `ok` or `error`.
    pub fn result(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error(_) => "error",
        }
    }

    /// Returns the error kind, the value of the label `error`; `None` if there is none.
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Ok => None,
            Self::Error(kind) => kind.as_deref(),
        }
    }
}

/// Returns how calls of this kind ended.
pub(crate) fn outcome(kind: CallKind) -> Outcome {
    match kind {
        CallKind::OK => Outcome::Ok,
        kind => Outcome::Error(name(kind).map(Cow::Borrowed)),
    }
}
