//! A kept call, as plain values.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use crate::{TraceContext, snapshot::Outcome};

/// A call that was kept because it failed, was slow or was sampled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// Name of the function: `name` or `Type::name`.
    pub function: Cow<'static, str>,
    /// Module of the function: `module_path!()`.
    pub module: Cow<'static, str>,
    /// Source file: as passed to the compiler, or below `PACKAGE-VERSION` for a file outside of the
    /// workspace; empty if unknown.
    pub file: Cow<'static, str>,
    /// Line of the function's name; 0 if unknown.
    pub line: u32,
    /// The calls around it, the innermost first, formatted as [`CurrentCall`](crate::CurrentCall):
    /// its caller, then the calls with events that are around the caller on the thread, each with
    /// its caller. `…` is a gap of calls that are not known. At most 32.
    pub callers: Vec<Cow<'static, str>>,
    /// Latency, rounded to nanoseconds.
    pub latency: Duration,
    /// Outcome of the call, with the error kind if it has one.
    pub outcome: Outcome,
    /// Text of the returned error, formatted with `Display`, else with `Debug`; `None` after a
    /// panic and for types with neither.
    pub error: Option<Cow<'static, str>>,
    /// Flow of the call: the name from [`CurrentCall::in_flow`](crate::CurrentCall::in_flow), or
    /// module and name of the outermost instrumented function; `None` if flows are not counted.
    pub flow: Option<Cow<'static, str>>,
    /// Names and texts of the attribute's `fields(…)`, without redacted ones.
    pub fields: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    /// Span in which the call ended; `None` without a [source](crate::Settings::trace_source) or
    /// outside of a trace.
    pub trace: Option<TraceContext>,
    /// Reason why the call was kept.
    pub reason: EventReason,
    /// Number of suppressed events of the function that no earlier event has reported.
    pub suppressed: u64,
    /// Time when the call ended.
    pub time: SystemTime,
}

/// Reason why a call was kept. If several apply, the first in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EventReason {
    /// The call returned an error.
    Error,
    /// The call panicked.
    Panic,
    /// The call took longer than its limit.
    Slow,
    /// The call was sampled: one in a number of ok calls within the limit.
    Sampled,
}

impl EventReason {
    /// Returns the name of the reason: `error`, `panic`, `slow` or `sampled`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Slow => "slow",
            Self::Sampled => "sampled",
        }
    }

    /// Returns a predicate to be written after a function's name: `failed`, `panicked`, `was slow`
    /// or `ended`.
    pub const fn predicate(self) -> &'static str {
        match self {
            Self::Error => "failed",
            Self::Panic => "panicked",
            Self::Slow => "was slow",
            Self::Sampled => "ended",
        }
    }
}

impl Event {
    /// Creates an event of the function `function` in `module`, with reason [`EventReason::Sampled`] and
    /// all other fields empty.
    pub fn new(
        module: impl Into<Cow<'static, str>>,
        function: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            function: function.into(),
            module: module.into(),
            file: Cow::default(),
            line: 0,
            callers: Vec::new(),
            latency: Duration::ZERO,
            outcome: Outcome::Ok,
            error: None,
            flow: None,
            fields: Vec::new(),
            trace: None,
            reason: EventReason::Sampled,
            suppressed: 0,
            time: SystemTime::UNIX_EPOCH,
        }
    }

    /// Returns the callers in one line, the innermost first; `None` if there are none.
    #[doc(hidden)]
    pub fn chain(&self) -> Option<String> {
        (!self.callers.is_empty()).then(|| self.callers.join(" < "))
    }

    /// Returns the text of the field `name`; `None` if there is no such field or it was redacted.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let (_, text) = fields.find(|(field, _)| field == name)?;
        Some(text)
    }
}
