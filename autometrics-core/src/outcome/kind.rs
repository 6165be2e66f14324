//! Kinds of errors: names that are known while compiling, numbered at first use.

use std::sync::{
    OnceLock,
    atomic::{AtomicU16, Ordering},
};

use autometrics_schema::OVERFLOW;

use crate::cells::Kind;

/// How many different names there may be; further ones share `__overflow__`.
const LIMIT: usize = 1_000;
const _: () = assert!(LIMIT <= Kind::MOST_NAMES);

/// The names in use. A kind's number is the place of its name, so two kinds of
/// one name are one. Never locked: a place is taken once and kept.
static NAMES: [OnceLock<&str>; LIMIT] = [const { OnceLock::new() }; LIMIT];

/// A kind of errors: a value of the label `error` on `function_calls_total`.
///
/// A `static` for each, made by `#[derive(ResultLabels)]` or by hand, as
/// [`ResultLabels`](crate::ResultLabels) shows. Kinds of the same name are one
/// kind, wherever they are. Name what went wrong and not what it went wrong
/// with: each name is a series of its own for every function and caller that it
/// happens to, and beyond 1,000 names in a program all further ones are counted
/// as `__overflow__`.
#[derive(Debug)]
pub struct ErrorKind {
    name: &'static str,
    /// The number of its [`Kind`]; zero before the first use.
    number: AtomicU16,
}

impl ErrorKind {
    /// The kind that is called `name`, such as `not_found`.
    ///
    /// # Panics
    ///
    /// While compiling, when the name is empty or has control characters.
    pub const fn new(name: &'static str) -> Self {
        let bytes = name.as_bytes();
        assert!(!bytes.is_empty(), "the kind of an error needs a name");
        let mut at = 0;
        while at < bytes.len() {
            assert!(
                !bytes[at].is_ascii_control(),
                "the name of a kind of error must be printable"
            );
            at += 1;
        }
        Self {
            name,
            number: AtomicU16::new(0),
        }
    }

    /// What it is called in metrics.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What calls that end with it have in common.
    #[inline]
    pub(crate) fn kind(&self) -> Kind {
        // Relaxed: the number stands for itself. Its name was there before, as
        // `OnceLock` sees to.
        match self.number.load(Ordering::Relaxed) {
            0 => self.first_use(),
            number => Kind::from_number(number),
        }
    }

    #[cold]
    #[inline(never)]
    fn first_use(&self) -> Kind {
        let kind = match self.name {
            // What panics are counted as, so that no two series are the same.
            "panic" => Kind::PANIC,
            OVERFLOW => Kind::OVERFLOW,
            name => intern(name, &NAMES),
        };
        self.number.store(kind.number(), Ordering::Relaxed);
        kind
    }
}

/// The kind called `name`, in `names` from now on if there is room.
fn intern(name: &'static str, names: &[OnceLock<&'static str>]) -> Kind {
    names
        .iter()
        .position(|place| *place.get_or_init(|| name) == name)
        .map_or(Kind::OVERFLOW, Kind::named)
}

/// The name of a kind of errors, unless they are of no kind.
pub(crate) fn name(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::PANIC => Some("panic"),
        Kind::OVERFLOW => Some(OVERFLOW),
        kind => NAMES.get(kind.name()?)?.get().copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::{ErrorKind, Kind, OnceLock, intern, name};

    #[test]
    fn kinds_of_one_name_are_one_kind() {
        static HERE: ErrorKind = ErrorKind::new("timeout");
        static THERE: ErrorKind = ErrorKind::new("timeout");
        static OTHER: ErrorKind = ErrorKind::new("refused");
        assert_eq!(HERE.kind(), THERE.kind());
        assert_ne!(HERE.kind(), OTHER.kind());
        assert_eq!(HERE.kind(), HERE.kind(), "also the next time");
        assert_eq!(name(HERE.kind()), Some("timeout"));
        assert_eq!(name(OTHER.kind()), Some("refused"));
        assert_eq!(name(Kind::ERROR), None);
    }

    #[test]
    fn our_own_names_mean_what_they_mean() {
        static PANIC: ErrorKind = ErrorKind::new("panic");
        static OVERFLOW: ErrorKind = ErrorKind::new("__overflow__");
        assert_eq!(PANIC.kind(), Kind::PANIC);
        assert_eq!(OVERFLOW.kind(), Kind::OVERFLOW);
        assert_eq!(name(Kind::PANIC), Some("panic"));
    }

    #[test]
    fn names_beyond_the_limit_share_one_kind() {
        let names = [const { OnceLock::new() }; 2];
        let (first, second) = (intern("a", &names), intern("b", &names));
        assert_ne!(first, second);
        assert_eq!(intern("c", &names), Kind::OVERFLOW);
        assert_eq!(intern("a", &names), first, "the first ones keep theirs");
    }
}
