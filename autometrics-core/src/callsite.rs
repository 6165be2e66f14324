//! The static description of an instrumented function.

use std::{
    borrow::Cow,
    sync::atomic::{AtomicU32, Ordering},
};

use autometrics_schema::{
    place,
    record::{Encoded, Texts},
};
use slo_spec::Objective;

use crate::{
    cells::{NO_FLOW, Scope},
    events::EventSite,
};

/// An instrumented function: the values from the attribute, and the id from the registry.
#[doc(hidden)]
#[derive(Debug)]
pub struct Callsite {
    /// Names and source position of the function, and more. The pointer also keeps the record in
    /// the program, wherever a linker keeps the callsite.
    record: &'static Encoded,
    /// Objectives of the function. A separate static, because objectives are large and most
    /// functions have none.
    objectives: &'static [Objective],
    /// State of the function's events; `None` if it has no `events`.
    events: Option<&'static EventSite>,
    /// `true` if calls in flight are counted.
    concurrency: bool,
    /// `true` if the function is compiled into a binary, `false` for a library.
    binary: bool,
    /// Id of the function and the flow that it begins, as the word of a scope; zero until the
    /// registry assigns them.
    pub(crate) scope: AtomicU32,
}

/// The description of a function, as read at run time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FunctionInfo {
    /// `name` or `Type::name`.
    pub(crate) function: &'static str,
    /// `module_path!()`.
    pub(crate) module: &'static str,
    /// `file!()`, as passed to the compiler.
    file: &'static str,
    /// `line!()`.
    pub(crate) line: u32,
    /// Callees in the body, as written there.
    pub(crate) calls: &'static str,
    /// `true` if a call is a future, which may be dropped before it is done.
    pub(crate) asynchronous: bool,
    /// Package of the function.
    pub(crate) package: Package,
    /// Objectives of the function.
    pub(crate) objectives: &'static [Objective],
    /// `true` if calls in flight are counted.
    pub(crate) concurrency: bool,
    /// State of the function's events; `None` if it has no `events`.
    pub(crate) events: Option<&'static EventSite>,
}

/// The package of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Package {
    /// Name of the package; empty if cargo did not set it.
    pub(crate) name: &'static str,
    /// Version of the package; empty if cargo did not set it.
    pub(crate) version: &'static str,
    /// `true` if the function is compiled into a binary, `false` for a library.
    pub(crate) binary: bool,
}

impl FunctionInfo {
    /// Returns the sort key by which functions are numbered.
    pub(crate) fn order(&self) -> (&'static str, &'static str, &'static str, u32) {
        (self.module, self.function, self.file, self.line)
    }

    /// Returns the path of the file without folders of the machine that compiled it.
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
    /// Creates the callsite of a function that has not been called.
    ///
    /// # Panics
    ///
    /// Panics at compile time if an objective has no target.
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
                "the objective has no target: set a `success_rate` or a `latency`"
            );
            i += 1;
        }
        Self {
            record,
            objectives,
            events: None,
            concurrency,
            binary,
            scope: AtomicU32::new(0),
        }
    }

    /// Sets the state of the function's events.
    #[must_use]
    pub const fn with_events(self, events: &'static EventSite) -> Self {
        Self {
            events: Some(events),
            ..self
        }
    }

    /// Returns the state of the function's events; `None` if it has no `events`.
    #[inline]
    pub(crate) fn events(&self) -> Option<&'static EventSite> {
        self.events
    }

    /// Reads the description of the function from its record.
    pub(crate) fn info(&self) -> FunctionInfo {
        let texts = self.record.texts();
        FunctionInfo {
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

    /// Returns id and flow; `None` if none are assigned yet.
    pub(crate) fn given_scope(&self) -> Option<Scope> {
        // Relaxed: only a number, as in `scope`.
        let scope = Scope::from_word(self.scope.load(Ordering::Relaxed));
        Some(scope).filter(|scope| scope.with_flow(NO_FLOW) != Scope::NONE)
    }

    pub(crate) fn give_scope(&self, scope: Scope) {
        self.scope.store(scope.word(), Ordering::Relaxed);
    }
}
