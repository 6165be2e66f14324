//! API endpoint `events`: calls that were kept one by one.

use std::{borrow::Cow, time::UNIX_EPOCH};

use autometrics_core::Event;
use serde::Serialize;

use super::{Head, View};
use crate::history::{Function, History};

/// Maximum number of events in a response, the newest. There may be fewer, as the program's
/// settings limit the number of events of a function.
const MOST: usize = 200;

/// Calls that were kept as events.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Events"))]
pub(crate) struct Answer<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    /// The newest 200 remembered events, the newest first.
    #[cfg_attr(test, schemars(length(max = MOST)))]
    events: Vec<Row<'a>>,
}

/// Call that was kept as an event.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Event"))]
struct Row<'a> {
    /// Id of the function: `module::name`, opaque to clients.
    function: &'a str,
    /// End of the call, in Unix seconds.
    at: f64,
    /// Reason for keeping the call: the first of these that applies.
    #[cfg_attr(test, schemars(extend("enum" = ["error", "panic", "slow", "sampled"])))]
    reason: &'static str,
    /// Result under which the call is counted.
    #[cfg_attr(test, schemars(extend("enum" = ["ok", "error"])))]
    result: &'static str,
    /// Error kind of the call; null without one.
    kind: Option<&'a str>,
    /// Text of the returned error; null without one, and after a panic.
    error: Option<&'a str>,
    /// Latency of the call, in seconds.
    duration_seconds: f64,
    /// The calls around it as texts, the innermost first; `…` for a gap of unknown calls.
    callers: &'a [Cow<'static, str>],
    /// Fields that the function's attribute names, in that order, without those that redaction
    /// removed.
    fields: Vec<Field<'a>>,
    /// Id of the trace of the call, 32 hexadecimal digits; null if unknown.
    trace_id: Option<String>,
    /// Id of the span in which the call ended, 16 hexadecimal digits; null if unknown.
    span_id: Option<String>,
    /// Number of events of the function that were suppressed since the previous event.
    suppressed: u64,
}

/// Field that the attribute of a function names for its events.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Field<'a> {
    /// Name of the field.
    name: &'a str,
    /// Text of its value; cut at the length limit, and redacted if the program redacts it.
    text: &'a str,
}

/// Returns the newest of `events`, which must be in the order in which they happened: of all
/// functions, or only of the one with index `function`.
pub(crate) fn events<'a>(
    view: &View<'a>,
    events: &'a [Event],
    function: Option<usize>,
) -> Answer<'a> {
    let newest = events.iter().rev();
    let rows = newest.filter_map(|event| {
        let place = place(view.history, event)?;
        if function.is_some_and(|function| function != place) {
            return None;
        }
        Some(Row::new(&view.history.functions[place].id, event))
    });
    Answer {
        head: view.head(),
        events: rows.take(MOST).collect(),
    }
}

/// Returns the index of the event's function, or `None` if the function has not been sampled yet.
fn place(history: &History, event: &Event) -> Option<usize> {
    let mut functions = history.functions.iter();
    functions.position(|function| is_of(function, event))
}

fn is_of(function: &Function, event: &Event) -> bool {
    // If names collide, file and line in parentheses follow the function's name.
    let is_named = |rest: &str| rest.is_empty() || rest.starts_with(" (");
    function.line == event.line
        && function.module == event.module
        && function.file == event.file
        && function
            .name
            .strip_prefix(&*event.function)
            .is_some_and(is_named)
}

impl<'a> Row<'a> {
    fn new(function: &'a str, event: &'a Event) -> Self {
        let at = event.time.duration_since(UNIX_EPOCH);
        let fields = event.fields.iter();
        Self {
            function,
            at: at.map_or(0.0, |at| at.as_secs_f64()),
            reason: event.reason.name(),
            result: event.outcome.result(),
            kind: event.outcome.error(),
            error: event.error.as_deref(),
            duration_seconds: event.latency.as_secs_f64(),
            callers: &event.callers,
            fields: fields.map(|(name, text)| Field { name, text }).collect(),
            trace_id: event.trace.map(|trace| format!("{:032x}", trace.trace_id)),
            span_id: event.trace.map(|trace| format!("{:016x}", trace.span_id)),
            suppressed: event.suppressed,
        }
    }
}
