//! Errors of reading records.

use core::fmt;

use super::VERSION;

/// The reason why there is no record at a place in a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// The place in the section, in bytes from its start.
    pub offset: usize,
    /// The version that cannot be read, or the damage.
    pub kind: ErrorKind,
}

/// The reason why there is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A record of a version that is no longer read.
    Older {
        /// The version of the record.
        found: u8,
    },
    /// A record of a version that is not known yet.
    Newer {
        /// The version of the record.
        found: u8,
    },
    /// No record or a damaged one, with a description of the damage.
    Broken(&'static str),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { offset, kind } = self;
        let (age, found) = match kind {
            ErrorKind::Older { found } => ("older", found),
            ErrorKind::Newer { found } => ("newer", found),
            ErrorKind::Broken(what) => return write!(f, "{what}, at byte {offset} of the section"),
        };
        write!(
            f,
            "the record at byte {offset} of the section is {age} than this tool: \
             it has version {found}, but only {VERSION} can be read"
        )
    }
}

impl core::error::Error for Error {}

/// An error with places relative to the start of the record.
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) kind: ErrorKind,
    /// The first place at which the next record may begin.
    pub(super) resume: usize,
}

impl Fault {
    pub(super) fn broken(at: usize, what: &'static str, resume: usize) -> Self {
        let kind = ErrorKind::Broken(what);
        Self { at, kind, resume }
    }
}
