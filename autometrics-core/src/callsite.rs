//! What is known of a decorated function before it is called.

use std::{
    borrow::Cow,
    sync::atomic::{AtomicU32, Ordering},
};

use autometrics_schema::{
    place,
    record::{Encoded, Texts},
};
use slo_spec::Objective;

use crate::{events::EventSite, registry};

/// A decorated function: what the attribute wrote, and the id it was given.
#[doc(hidden)]
#[derive(Debug)]
pub struct Callsite {
    /// What the function is called, and more. The pointer also keeps the record in
    /// the program, wherever a linker keeps the callsite.
    record: &'static Encoded,
    /// The objectives that the function belongs to. A static of its own, as most
    /// functions have none and they are large.
    objectives: &'static [Objective],
    /// Its events, if it has any.
    events: Option<&'static EventSite>,
    /// Whether calls in flight are counted.
    concurrency: bool,
    /// Whether the function is compiled into a binary, not into a library.
    binary: bool,
    /// Zero until the registry gives one.
    id: AtomicU32,
}

/// What is known of a function when it runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    /// `name` or `Type::name`.
    pub(crate) function: &'static str,
    /// `module_path!()`.
    pub(crate) module: &'static str,
    /// `file!()`, as the compiler was given it.
    file: &'static str,
    /// `line!()`.
    pub(crate) line: u32,
    /// What its body calls, as written there.
    pub(crate) calls: &'static str,
    /// Whether a call is a future, which may be dropped before it is done.
    pub(crate) asynchronous: bool,
    /// The package that it is part of.
    pub(crate) package: Package,
    /// The objectives that it belongs to.
    pub(crate) objectives: &'static [Objective],
    /// Whether calls in flight are counted.
    pub(crate) concurrency: bool,
    /// Its events, if it has any.
    pub(crate) events: Option<&'static EventSite>,
}

/// The package that a function is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Package {
    /// Its name, empty when cargo did not say.
    pub(crate) name: &'static str,
    /// Its version, empty when cargo did not say.
    pub(crate) version: &'static str,
    /// Whether the function is compiled into a binary, not into a library.
    pub(crate) binary: bool,
}

impl About {
    /// Returns what functions are numbered by.
    pub(crate) fn order(&self) -> (&'static str, &'static str, &'static str, u32) {
        (self.module, self.function, self.file, self.line)
    }

    /// Returns the file without the folders of the machine that compiled it.
    pub(crate) fn file(&self) -> Cow<'static, str> {
        place::shown(&Texts {
            package: self.package.name,
            version: self.package.version,
            module: self.module,
            file: self.file,
            ..Texts::default()
        })
    }
}

impl Callsite {
    /// A function that has not been called.
    ///
    /// # Panics
    ///
    /// While compiling, when one of the objectives promises nothing.
    pub const fn new(
        record: &'static Encoded,
        objectives: &'static [Objective],
        concurrency: bool,
        binary: bool,
    ) -> Self {
        let mut i = 0;
        while i < objectives.len() {
            let objective = &objectives[i];
            assert!(
                objective.success().is_some() || objective.latency_target().is_some(),
                "the objective promises nothing: give it a `success_rate` or a `latency`"
            );
            i += 1;
        }
        Self {
            record,
            objectives,
            events: None,
            concurrency,
            binary,
            id: AtomicU32::new(0),
        }
    }

    /// The same with events.
    #[must_use]
    pub const fn with_events(self, events: &'static EventSite) -> Self {
        Self {
            events: Some(events),
            ..self
        }
    }

    /// The function's events, if it has any.
    #[inline]
    pub(crate) fn events(&self) -> Option<&'static EventSite> {
        self.events
    }

    /// What is known of the function.
    pub(crate) fn about(&self) -> About {
        let texts = self.record.texts();
        About {
            function: texts.function,
            module: texts.module,
            file: texts.file,
            line: texts.line,
            calls: texts.calls,
            asynchronous: self.record.is_asynchronous(),
            package: Package {
                name: texts.package,
                version: texts.version,
                binary: self.binary,
            },
            objectives: self.objectives,
            concurrency: self.concurrency,
            events: self.events,
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

    pub(crate) fn give_id(&self, id: u32) {
        self.id.store(id, Ordering::Relaxed);
    }
}
