//! The two attributes there are: ours, and that of `autometrics` 3.0.

/// Which attribute was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `#[instrument_fn]`
    #[default]
    Current,
    /// `#[autometrics]`, with the arguments that it had in version 3.
    Autometrics3,
}

impl Dialect {
    /// What the attribute is called.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Current => "instrument_fn",
            Self::Autometrics3 => "autometrics",
        }
    }

    /// The attribute that leaves out a function of a decorated block.
    pub(crate) fn skip(self) -> &'static str {
        match self {
            Self::Current => "skip",
            Self::Autometrics3 => "skip_autometrics",
        }
    }

    /// The arguments that it knows.
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
