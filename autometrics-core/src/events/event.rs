//! What is kept of a call, as plain values.

use std::time::SystemTime;

use crate::{Outcome, Text, TraceContext};

/// A call that was worth keeping.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// The function, `name` or `Type::name`.
    pub function: Text,
    /// Its module, as `module_path!()` has it.
    pub module: Text,
    /// The source file as the compiler was given it.
    pub file: Text,
    /// The line of the function's name.
    pub line: u32,
    /// The calls around it, the innermost first, as [`CurrentCall`](crate::CurrentCall)
    /// shows them: its caller, then, of those that are around that on the thread, the ones with
    /// events, and their callers. `…` stands for some that are not known; 32 are shown at most.
    pub callers: Vec<Text>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// How it ended, with the kind of the error if it has one.
    pub outcome: Outcome,
    /// The error that it returned: as `Display` shows it, else as `Debug` does. There is
    /// none after a panic, and of types that have neither.
    pub error: Option<Text>,
    /// What the attribute's `fields(…)` names, without what was redacted.
    pub fields: Vec<(Text, Text)>,
    /// The span that it was in, if a [source](crate::Settings::trace_source) knows.
    pub trace: Option<TraceContext>,
    /// Why it was kept.
    pub why: Why,
    /// How many events of the function were suppressed that no event before told of.
    pub suppressed: u64,
    /// When it ended.
    pub time: SystemTime,
}

/// Why a call was kept. The first that is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Why {
    /// It counted as an error.
    Error,
    /// It panicked.
    Panic,
    /// It took longer than its limit.
    Slow,
    /// It was one in so many of the rest.
    Sampled,
}

impl Why {
    /// The word for it: `error`, `panic`, `slow` or `sampled`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Slow => "slow",
            Self::Sampled => "sampled",
        }
    }

    /// What happened, behind a function's name: `failed`, `panicked`, `was slow` or `ended`.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Error => "failed",
            Self::Panic => "panicked",
            Self::Slow => "was slow",
            Self::Sampled => "ended",
        }
    }
}

impl Event {
    /// An event of the function `function` in `module`, sampled, of which nothing else is known.
    pub fn new(module: impl Into<Text>, function: impl Into<Text>) -> Self {
        Self {
            function: function.into(),
            module: module.into(),
            file: Text::default(),
            line: 0,
            callers: Vec::new(),
            seconds: 0.0,
            outcome: Outcome::Ok,
            error: None,
            fields: Vec::new(),
            trace: None,
            why: Why::Sampled,
            suppressed: 0,
            time: SystemTime::UNIX_EPOCH,
        }
    }

    /// The callers in one line, the innermost first, if there are any.
    #[doc(hidden)]
    pub fn chain(&self) -> Option<String> {
        (!self.callers.is_empty()).then(|| self.callers.join(" < "))
    }

    /// The text of the field `name`.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let (_, text) = fields.find(|(field, _)| field == name)?;
        Some(text)
    }
}
