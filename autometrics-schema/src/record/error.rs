//! Why there is no record where one should be.

use core::fmt;

use super::VERSION;

/// Why there is no record, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// Where in the section, in bytes from its start.
    pub offset: usize,
    /// What is there.
    pub kind: ErrorKind,
}

/// What is wrong with what stands in the place of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A record of a version that is no longer read.
    Older {
        /// Its version.
        found: u8,
    },
    /// A record of a version that is not known yet.
    Newer {
        /// Its version.
        found: u8,
    },
    /// No record, or one that was damaged: what is wrong with it.
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
             it has version {found}, and {VERSION} can be read"
        )
    }
}

impl core::error::Error for Error {}

/// An error, with places counted from the start of the record.
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) kind: ErrorKind,
    /// Where the next record may begin.
    pub(super) resume: usize,
}

impl Fault {
    pub(super) fn broken(at: usize, what: &'static str, resume: usize) -> Self {
        let kind = ErrorKind::Broken(what);
        Self { at, kind, resume }
    }
}
