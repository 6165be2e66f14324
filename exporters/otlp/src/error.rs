//! Errors of starting an exporter and of exporting.

use std::{error::Error, fmt, io, time::Duration};

use http::Uri;

use crate::{redaction::redacted, variables::without_secrets};

/// Error of [`Exporter::start`](crate::Exporter::start). The message names the setting and the
/// remedy, and contains no secret.
pub struct StartError(Box<Kind>);

#[derive(Debug)]
enum Kind {
    Setting {
        name: &'static str,
        value: Option<String>,
        why: String,
    },
    Header {
        number: usize,
        why: &'static str,
    },
    NoTls {
        endpoint: String,
    },
    #[cfg(feature = "tls")]
    Tls {
        said: String,
    },
    Thread {
        source: io::Error,
    },
}

impl StartError {
    /// Creates the error for a setting of the builder. The message shows `value` only if it cannot
    /// contain a secret.
    pub(crate) fn of(name: &'static str, value: &str, why: String) -> Self {
        let value = without_secrets(value).map(str::to_owned);
        Self(Box::new(Kind::Setting { name, value, why }))
    }

    /// Creates the error for a header. `number` is its position in the order of the builder's
    /// calls, from 1.
    pub(crate) fn header(number: usize, why: &'static str) -> Self {
        Self(Box::new(Kind::Header { number, why }))
    }

    pub(crate) fn no_tls(endpoint: &Uri) -> Self {
        let endpoint = redacted(endpoint);
        Self(Box::new(Kind::NoTls { endpoint }))
    }

    #[cfg(feature = "tls")]
    pub(crate) fn tls(said: String) -> Self {
        Self(Box::new(Kind::Tls { said }))
    }

    pub(crate) fn thread(source: io::Error) -> Self {
        Self(Box::new(Kind::Thread { source }))
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Setting { name, value, why } => match value {
                Some(value) => write!(f, "{name} `{value}`: {why}"),
                None => write!(f, "{name}: {why}"),
            },
            Kind::Header { number, why } => write!(f, "header {number} {why}"),
            Kind::NoTls { endpoint } => write!(
                f,
                "cannot send to {endpoint}: build the program with feature `otlp-tls`, or choose an endpoint with http://"
            ),
            #[cfg(feature = "tls")]
            Kind::Tls { said } => f.write_str(said),
            Kind::Thread { .. } => f.write_str("cannot start the thread that sends metrics"),
        }
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Readable, as `main` prints the `Debug` form of an error that it returns.
        write!(f, "{self}")?;
        match self.source() {
            Some(source) => write!(f, " ({source})"),
            None => Ok(()),
        }
    }
}

/// Converts with the kind of the underlying I/O error, else `InvalidInput`, for a `main` that
/// returns `io::Result`.
impl From<StartError> for io::Error {
    fn from(error: StartError) -> Self {
        let kind = match &*error.0 {
            Kind::Thread { source } => source.kind(),
            _ => io::ErrorKind::InvalidInput,
        };
        Self::new(kind, error)
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &*self.0 {
            Kind::Thread { source } => Some(source),
            _ => None,
        }
    }
}

/// Error of [`Running::flush`](crate::Running::flush) and
/// [`Running::shutdown`](crate::Running::shutdown): the collector did not accept the export. Its
/// message contains no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct ExportError(Failure);

#[derive(Clone, PartialEq, Eq)]
enum Failure {
    /// Message of the last attempt.
    Said(String),
    /// The collector did not answer in time.
    Late {
        endpoint: String,
        waited: Duration,
        trouble: Option<String>,
    },
}

impl ExportError {
    pub(crate) fn said(text: String) -> Self {
        Self(Failure::Said(text))
    }

    pub(crate) fn late(endpoint: &str, waited: Duration, trouble: Option<String>) -> Self {
        Self(Failure::Late {
            endpoint: endpoint.to_owned(),
            waited,
            trouble,
        })
    }

    /// Returns `true` if the time limit passed before the collector answered. The collector may
    /// have the metrics or not.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0, Failure::Late { .. })
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Failure::Said(text) => f.write_str(text),
            Failure::Late {
                endpoint,
                waited,
                trouble,
            } => {
                write!(f, "{endpoint} did not accept metrics within {waited:?}")?;
                match trouble {
                    Some(trouble) => write!(f, ": it {trouble}"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl fmt::Debug for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Error for ExportError {}

/// Converts with kind `TimedOut` for a timeout, else `Other`, for a `main` that returns
/// `io::Result`.
impl From<ExportError> for io::Error {
    fn from(error: ExportError) -> Self {
        let kind = if error.is_timeout() {
            io::ErrorKind::TimedOut
        } else {
            io::ErrorKind::Other
        };
        Self::new(kind, error)
    }
}
