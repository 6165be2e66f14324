//! Errors of starting a listener.

use std::error::Error;
use std::net::SocketAddr;
use std::{fmt, io};

/// Error of starting a listener. The message contains the remedy.
pub struct ServeError(Box<Kind>);

#[derive(Debug)]
enum Kind {
    Resolve { source: io::Error },
    NoAddress,
    Bind { addr: SocketAddr, source: io::Error },
    Start { source: io::Error },
}

impl ServeError {
    /// Returns `true` if the address is already in use, so that another port may work.
    ///
    /// ```
    /// # use std::net::SocketAddr;
    /// # use autometrics_listener::{ServeError, Server, listen};
    /// # use http::Response;
    /// # fn serve(addr: SocketAddr) -> Result<Server, ServeError> {
    /// #     listen("metrics", addr, |_| Response::new(Vec::new()))
    /// # }
    /// let other = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let error = serve(other.local_addr()?).unwrap_err();
    /// assert!(error.is_address_in_use());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn is_address_in_use(&self) -> bool {
        matches!(&*self.0, Kind::Bind { source, .. } if source.kind() == io::ErrorKind::AddrInUse)
    }

    /// Creates the error for a server that needs a further thread and cannot start it.
    pub fn no_threads(source: io::Error) -> Self {
        Self::start(source)
    }

    pub(crate) fn resolve(source: io::Error) -> Self {
        Self(Box::new(Kind::Resolve { source }))
    }

    pub(crate) fn no_address() -> Self {
        Self(Box::new(Kind::NoAddress))
    }

    pub(crate) fn start(source: io::Error) -> Self {
        Self(Box::new(Kind::Start { source }))
    }
}

/// Returns the error for `addr`, unless an earlier address was in use, which is the more helpful
/// error: `localhost` has two addresses, and a machine may lack one of them.
pub(crate) fn bind_error(
    before: Option<ServeError>,
    addr: SocketAddr,
    source: io::Error,
) -> ServeError {
    before
        .filter(ServeError::is_address_in_use)
        .unwrap_or_else(|| ServeError(Box::new(Kind::Bind { addr, source })))
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Resolve { .. } => f.write_str(
                "cannot resolve the address to listen on; write it as host:port, such as 127.0.0.1:9464",
            ),
            Kind::NoAddress => f.write_str("the host name to listen on has no address; write an IP address, such as 127.0.0.1:9464"),
            Kind::Bind { addr, source } => {
                write!(f, "cannot listen on {addr}: ")?;
                match source.kind() {
                    io::ErrorKind::AddrInUse => f.write_str(
                        "address already in use; stop the other program, or choose another address (port 0 picks a free one)",
                    ),
                    io::ErrorKind::AddrNotAvailable => f.write_str(
                        "no interface of this machine has that address; choose 127.0.0.1, or 0.0.0.0 for all interfaces",
                    ),
                    io::ErrorKind::PermissionDenied => f.write_str(
                        "permission denied; choose port 1024 or above",
                    ),
                    kind => write!(f, "{kind}"),
                }
            }
            Kind::Start { .. } => f.write_str("cannot start the threads of the listener"),
        }
    }
}

impl fmt::Debug for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Readable, as `main` prints the `Debug` form of an error that it returns.
        write!(f, "{self}")?;
        match self.source() {
            Some(source) => write!(f, " ({source})"),
            None => Ok(()),
        }
    }
}

/// Converts with the kind of the underlying I/O error, for a `main` that returns `io::Result`.
impl From<ServeError> for io::Error {
    fn from(error: ServeError) -> Self {
        let kind = match &*error.0 {
            Kind::Resolve { source } | Kind::Bind { source, .. } | Kind::Start { source } => {
                source.kind()
            }
            Kind::NoAddress => io::ErrorKind::AddrNotAvailable,
        };
        Self::new(kind, error)
    }
}

impl Error for ServeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &*self.0 {
            Kind::Resolve { source } | Kind::Bind { source, .. } | Kind::Start { source } => {
                Some(source)
            }
            Kind::NoAddress => None,
        }
    }
}
