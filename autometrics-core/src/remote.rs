//! Callers in other programs, validated and numbered.

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{
    cells::{FIRST_REMOTE, Scope},
    lock::SharedLock,
};

/// Maximum number of remote callers in a process.
const MOST: usize = 1_000;
/// Maximum length of a service name, in bytes.
const LONGEST_SERVICE: usize = 128;
/// Maximum length of the name of a module or function, in bytes.
const LONGEST: usize = 256;

/// A function in another program that calls functions of this one.
///
/// The texts are input from outside and therefore validated: printable, within the length limits,
/// and not empty, except for the module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct RemoteCaller {
    /// Name of the calling program: its `service_name`.
    pub service: Cow<'static, str>,
    /// Module of the calling function; empty if unknown.
    pub module: Cow<'static, str>,
    /// Name of the calling function: `name` or `Type::name`.
    pub function: Cow<'static, str>,
}

impl RemoteCaller {
    /// Creates the caller `function` in `module` of the program `service`.
    ///
    /// # Errors
    ///
    /// Returns an error that names the text if a text is empty, longer than 128 bytes (`service`)
    /// or 256 bytes (the others), or contains control characters. Only the module may be empty.
    pub fn new(
        service: impl Into<Cow<'static, str>>,
        module: impl Into<Cow<'static, str>>,
        function: impl Into<Cow<'static, str>>,
    ) -> Result<Self, RefusedCaller> {
        let caller = Self {
            service: service.into(),
            module: module.into(),
            function: function.into(),
        };
        check("service", &caller.service, LONGEST_SERVICE)?;
        check("function", &caller.function, LONGEST)?;
        if !caller.module.is_empty() {
            check("module", &caller.module, LONGEST)?;
        }
        Ok(caller)
    }
}

fn check(what: &str, text: &str, longest: usize) -> Result<(), RefusedCaller> {
    let length = text.len();
    let reason = if text.trim().is_empty() {
        format!("its {what} is empty")
    } else if length > longest {
        format!("its {what} has {length} bytes; at most {longest} are allowed")
    } else if text.chars().any(char::is_control) {
        format!("its {what} contains control characters")
    } else {
        return Ok(());
    };
    Err(RefusedCaller::new(reason))
}

impl fmt::Display for RemoteCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.service)?;
        if !self.module.is_empty() {
            write!(f, "{}::", self.module)?;
        }
        f.write_str(&self.function)
    }
}

/// Error with the reason why a remote caller is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCaller {
    reason: Cow<'static, str>,
}

impl RefusedCaller {
    /// Creates an error with the reason `reason`, such as "its service is not in `accept_from`".
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}

impl fmt::Display for RefusedCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the remote caller is refused: {}", self.reason)
    }
}

impl std::error::Error for RefusedCaller {}

/// Converts to `InvalidInput`, for functions that return `io::Result`.
impl From<RefusedCaller> for std::io::Error {
    fn from(error: RefusedCaller) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, error)
    }
}

/// The remote callers seen so far, by number. None is removed; the limit is [`MOST`].
#[derive(Debug, Default)]
pub(crate) struct RemoteCallers {
    known: SharedLock<Known>,
    refused: AtomicU64,
}

#[derive(Debug, Default)]
struct Known {
    numbers: HashMap<RemoteCaller, u32>,
    /// Callers in the order of their numbers.
    callers: Vec<RemoteCaller>,
}

impl RemoteCallers {
    /// Returns the id of `caller`, and registers it if it is new.
    ///
    /// Returns an error beyond [`MOST`] callers, and if the lock is lost.
    pub(crate) fn id(&self, caller: &RemoteCaller) -> Result<u32, RefusedCaller> {
        let lost =
            || RefusedCaller::new("the list of remote callers stayed locked for over a second");
        let known = self.known.read().ok_or_else(lost)?;
        if let Some(number) = known.numbers.get(caller) {
            return Ok(FIRST_REMOTE + number);
        }
        drop(known);
        let mut known = self.known.write().ok_or_else(lost)?;
        // Another thread may have inserted the caller meanwhile.
        if let Some(number) = known.numbers.get(caller) {
            return Ok(FIRST_REMOTE + number);
        }
        let number = known.callers.len();
        if number >= MOST {
            let reason = format!("{MOST} remote callers are known already");
            return Err(RefusedCaller::new(reason));
        }
        let number = u32::try_from(number).unwrap_or_default();
        known.callers.push(caller.clone());
        known.numbers.insert(caller.clone(), number);
        Ok(FIRST_REMOTE + number)
    }

    /// Returns the caller with this id; `None` if the id is not that of a remote caller.
    pub(crate) fn get(&self, id: u32) -> Option<RemoteCaller> {
        let number = Scope::remote(id)?;
        let known = self.known.read()?;
        known.callers.get(number as usize).cloned()
    }

    /// Returns all callers in the order of their ids; empty if the lock is lost.
    pub(crate) fn all(&self) -> Vec<RemoteCaller> {
        let known = self.known.read();
        known.map_or_else(Vec::new, |known| known.callers.clone())
    }

    /// Adds one to the number of refused remote callers.
    pub(crate) fn count_refused(&self) {
        // Relaxed: a count orders nothing.
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the number of refused remote callers.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}
