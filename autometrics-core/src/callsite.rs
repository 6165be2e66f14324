//! What is known of a decorated function before it is called.

use std::sync::atomic::{AtomicU32, Ordering};

use linkme::distributed_slice;
use slo_spec::Objective;

use crate::{cells::Kind, outcome::ErrorKinds, outcome::Verdict, registry};

/// All decorated functions of the program, collected by the linker.
#[doc(hidden)]
#[distributed_slice]
pub static CALLSITES: [&'static Callsite];

/// A decorated function: what the attribute wrote, and the id it was given.
#[doc(hidden)]
#[derive(Debug)]
pub struct Callsite {
    pub(crate) about: About,
    /// Zero until the registry gives one.
    id: AtomicU32,
}

/// What the attribute knows of a function.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// `name` or `Type::name`.
    pub function: &'static str,
    /// `module_path!()`.
    pub module: &'static str,
    /// `file!()`.
    pub file: &'static str,
    /// `line!()`.
    pub line: u32,
    /// The package that is being compiled, and its version.
    pub package: Package,
    /// The objective that the function belongs to.
    pub objective: Option<Objective>,
    /// Whether calls in flight are counted.
    pub concurrency: bool,
    /// Whether a call is a future, which may be dropped before it is done.
    pub asynchronous: bool,
    /// The verdict of nothing returned, which knows the kinds of errors; `None`
    /// where they are only known at the first call.
    pub kinds: Option<fn() -> Verdict>,
}

/// The package that a function is part of.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Package {
    /// Its name, empty when cargo did not say.
    pub name: &'static str,
    /// Its version, empty when cargo did not say.
    pub version: &'static str,
    /// Whether the function is compiled into a binary, not into a library.
    pub binary: bool,
}

impl About {
    /// What functions are sorted by.
    pub(crate) fn order(&self) -> (&'static str, &'static str, &'static str, u32) {
        (self.module, self.function, self.file, self.line)
    }
}

impl Callsite {
    /// A function that has not been called.
    ///
    /// # Panics
    ///
    /// While compiling, when the objective promises nothing.
    pub const fn new(about: About) -> Self {
        if let Some(objective) = about.objective {
            assert!(
                objective.success().is_some() || objective.latency_target().is_some(),
                "the objective promises nothing: give it a `success_rate` or a `latency`"
            );
        }
        Self {
            about,
            id: AtomicU32::new(0),
        }
    }

    /// The function's id; the first call of any function gives all of them one.
    #[inline]
    pub(crate) fn id(&'static self) -> u32 {
        // Relaxed: the id is a number that stands for itself. What the
        // registry knows under it is read under the registry's own lock.
        match self.id.load(Ordering::Relaxed) {
            0 => registry::register(self),
            id => id,
        }
    }

    /// The id, unless it has none yet.
    pub(crate) fn given_id(&self) -> Option<u32> {
        Some(self.id.load(Ordering::Relaxed)).filter(|&id| id != 0)
    }

    /// The kinds of errors that are known before the first call.
    pub(crate) fn known_kinds(&self) -> Vec<Kind> {
        let add = self.about.kinds.and_then(|ask| ask().kinds);
        add.map(ErrorKinds::of).unwrap_or_default()
    }

    pub(crate) fn give_id(&self, id: u32) {
        self.id.store(id, Ordering::Relaxed);
    }
}
