//! Callers in other programs: what they say of themselves, checked and numbered.

use std::{
    collections::HashMap,
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{cells::FIRST_REMOTE, lock::SharedLock, registry, snapshot::Text};

/// How many there may be.
const MOST: usize = 1_000;
/// The longest name of a program, in bytes.
const LONGEST_SERVICE: usize = 128;
/// The longest name of a module or function, in bytes.
const LONGEST: usize = 256;

/// A function in another program.
///
/// Its texts come from outside, so they are checked: printable, not empty (but for the
/// module) and not too long.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct RemoteCaller {
    /// The program, as `service_name` is here.
    pub service: Text,
    /// The module of the function; empty when unknown.
    pub module: Text,
    /// The function, `name` or `Type::name`.
    pub function: Text,
}

impl RemoteCaller {
    /// The function `function` in `module` of the program `service`.
    ///
    /// # Errors
    ///
    /// When a text is empty, is over 128 bytes (`service`) or 256 bytes long, or has
    /// control characters; the module may be empty. The error says which.
    pub fn new(
        service: impl Into<Text>,
        module: impl Into<Text>,
        function: impl Into<Text>,
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
    let why = if text.trim().is_empty() {
        format!("its {what} is empty")
    } else if length > longest {
        format!("its {what} has {length} bytes, and may have {longest}")
    } else if text.chars().any(char::is_control) {
        format!("its {what} has control characters")
    } else {
        return Ok(());
    };
    Err(RefusedCaller::new(why))
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

/// Why a caller in another program is not taken for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCaller {
    why: Text,
}

impl RefusedCaller {
    /// Refuses a caller, because `why`, as in "its service is not one of those expected".
    pub fn new(why: impl Into<Text>) -> Self {
        Self { why: why.into() }
    }

    /// Counts it in [`Snapshot::refused_callers`](crate::Snapshot::refused_callers).
    pub fn count(&self) {
        // Relaxed: a count orders nothing.
        let remotes = &registry::get().remotes;
        remotes.refused.fetch_add(1, Ordering::Relaxed);
    }
}

impl fmt::Display for RefusedCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the remote caller is refused: {}", self.why)
    }
}

impl std::error::Error for RefusedCaller {}

/// `InvalidInput`, for functions that return `io::Result`.
impl From<RefusedCaller> for std::io::Error {
    fn from(error: RefusedCaller) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, error)
    }
}

/// The callers that were seen, by number. None is forgotten, and there is a most.
#[derive(Debug, Default)]
pub(crate) struct Remotes {
    known: SharedLock<Known>,
    refused: AtomicU64,
}

#[derive(Debug, Default)]
struct Known {
    numbers: HashMap<RemoteCaller, u32>,
    /// By number.
    callers: Vec<RemoteCaller>,
}

impl Remotes {
    /// The id of `caller`, which it keeps.
    pub(crate) fn id(&self, caller: &RemoteCaller) -> Result<u32, RefusedCaller> {
        let lost = || RefusedCaller::new("the list of callers is locked");
        let known = self.known.read().ok_or_else(lost)?;
        if let Some(number) = known.numbers.get(caller) {
            return Ok(FIRST_REMOTE + number);
        }
        drop(known);
        let mut known = self.known.write().ok_or_else(lost)?;
        // Another thread may have been first.
        if let Some(number) = known.numbers.get(caller) {
            return Ok(FIRST_REMOTE + number);
        }
        let number = known.callers.len();
        if number >= MOST {
            let why = format!("there are {MOST} others already");
            return Err(RefusedCaller::new(why));
        }
        let number = u32::try_from(number).unwrap_or_default();
        known.callers.push(caller.clone());
        known.numbers.insert(caller.clone(), number);
        Ok(FIRST_REMOTE + number)
    }

    /// The caller with this id.
    pub(crate) fn get(&self, id: u32) -> Option<RemoteCaller> {
        let number = id.checked_sub(FIRST_REMOTE)?;
        let known = self.known.read()?;
        known.callers.get(number as usize).cloned()
    }

    /// All of them, in the order of their ids; none when the lock is lost.
    pub(crate) fn all(&self) -> Vec<RemoteCaller> {
        let known = self.known.read();
        known.map_or_else(Vec::new, |known| known.callers.clone())
    }

    /// How many were refused.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}
