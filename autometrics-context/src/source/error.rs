//! Error of a question without an answer.

use std::fmt;

/// Reason for which a question has no answer. The text names the problem and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The question is wrong: an unknown place, a malformed argument.
    Question(String),
    /// The source cannot answer: it is unreachable, or does not have these data.
    Source(String),
}

impl Error {
    /// Creates the error of a wrong question.
    pub fn question(text: impl Into<String>) -> Self {
        Self::Question(text.into())
    }

    /// Creates the error of a source that cannot answer.
    pub fn source(text: impl Into<String>) -> Self {
        Self::Source(text.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Question(text) | Self::Source(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Error {}
