//! The differences between `#[instrument_fn]` and the attribute of `autometrics` 3.0.

/// The attribute that was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `#[instrument_fn]`
    #[default]
    Current,
    /// `#[autometrics]`, with the arguments that it had in version 3.
    Autometrics3,
}

impl Dialect {
    /// Returns the name of the attribute.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Current => "instrument_fn",
            Self::Autometrics3 => "autometrics",
        }
    }

    /// Returns the name of the attribute that excludes a function of an instrumented block.
    pub(crate) fn skip(self) -> &'static str {
        match self {
            Self::Current => "skip",
            Self::Autometrics3 => "skip_autometrics",
        }
    }

    /// Returns a list of the known arguments, for error messages.
    pub(crate) fn arguments(self) -> &'static str {
        match self {
            Self::Current => {
                "`objective = CONST`, `track_concurrency`, `name = \"…\"`, `ok_if = TEST`, \
                 `error_if = TEST`, `span`, `events` or `crate = PATH`"
            }
            Self::Autometrics3 => {
                "`objective = CONST`, `track_concurrency`, `struct_name = \"…\"`, `ok_if = TEST` \
                 or `error_if = TEST`"
            }
        }
    }
}
