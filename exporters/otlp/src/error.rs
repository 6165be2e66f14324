//! Why nothing could be sent.

use std::{error::Error, fmt, io, time::Duration};

use http::Uri;

use crate::{endpoint, variables::harmless};

/// Why an exporter could not start.
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
    /// For a setting of the builder, whose value is shown if it cannot contain a secret.
    pub(crate) fn of(name: &'static str, value: &str, why: String) -> Self {
        let value = harmless(value).map(str::to_owned);
        Self(Box::new(Kind::Setting { name, value, why }))
    }

    /// For the header with that number, from 1, in the order of the builder's calls.
    pub(crate) fn header(number: usize, why: &'static str) -> Self {
        Self(Box::new(Kind::Header { number, why }))
    }

    pub(crate) fn no_tls(endpoint: &Uri) -> Self {
        let endpoint = endpoint::shown(endpoint);
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
        // What `main` prints when it returns the error.
        write!(f, "{self}")?;
        match self.source() {
            Some(source) => write!(f, " ({source})"),
            None => Ok(()),
        }
    }
}

/// `InvalidInput`, or the kind of the reason, for a `main` that returns `io::Result`.
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

/// Why a collector does not have the metrics of this moment.
#[derive(Clone, PartialEq, Eq)]
pub struct ExportError(Failure);

#[derive(Clone, PartialEq, Eq)]
enum Failure {
    /// What the last try ended with.
    Said(String),
    /// There was no answer in time.
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

    /// Whether time was up before the collector answered: it may have them or not.
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

/// `TimedOut` if that is what it is, for a `main` that returns `io::Result`.
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
