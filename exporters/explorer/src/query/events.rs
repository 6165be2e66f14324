//! API endpoint `events`: calls that were kept one by one.

use std::time::UNIX_EPOCH;

use autometrics_core::{Event, Text};
use serde::Serialize;

use super::{Head, View};
use crate::history::{Function, History};

/// Maximum number of events in a response, the newest. There may be fewer, as the program's
/// settings limit the number of events of a function.
const MOST: usize = 200;

/// Response of the endpoint.
#[derive(Debug, Serialize)]
pub(crate) struct Answer<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    events: Vec<Row<'a>>,
}

/// Event: one call.
#[derive(Debug, Serialize)]
struct Row<'a> {
    function: &'a str,
    at: f64,
    why: &'static str,
    result: &'static str,
    kind: Option<&'a str>,
    error: Option<&'a str>,
    duration_seconds: f64,
    callers: &'a [Text],
    fields: Vec<Field<'a>>,
    trace_id: Option<String>,
    span_id: Option<String>,
    suppressed: u64,
}

/// Argument of the call, or another field that the attribute names.
#[derive(Debug, Serialize)]
struct Field<'a> {
    name: &'a str,
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
            why: event.why.name(),
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
