//! API endpoint `events`: calls that were kept one by one.

use autometrics_context::source::{Event, EventFilter};
use autometrics_core as core;
use serde::Serialize;

use super::{Head, View, ids::Ids};
use crate::program::kept;

/// Maximum number of events in a response, the newest. There may be fewer, as the program's
/// settings limit the number of events of a function.
const MOST: usize = 200;

/// Calls that were kept as events.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Events"))]
pub(crate) struct Answer<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    /// Number of remembered events that meet the conditions of the request.
    matches: usize,
    /// The newest 200 of them, the newest first.
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
    reason: String,
    /// Result under which the call is counted.
    #[cfg_attr(test, schemars(extend("enum" = ["ok", "error"])))]
    result: String,
    /// Error kind of the call; null without one.
    kind: Option<String>,
    /// Text of the returned error; null without one, and after a panic.
    error: Option<String>,
    /// Latency of the call, in seconds.
    duration_seconds: f64,
    /// The calls around it as texts, the innermost first; `…` for a gap of unknown calls.
    callers: Vec<String>,
    /// Flow of the call: its route, or its outermost function; null if flows are not counted.
    flow: Option<String>,
    /// Fields that the function's attribute names, in that order, without those that redaction
    /// removed.
    fields: Vec<Field>,
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
struct Field {
    /// Name of the field.
    name: String,
    /// Text of its value; cut at the length limit, and redacted if the program redacts it.
    text: String,
}

/// Returns the newest of `events`, which must be in the order in which they happened, among those
/// that `filter` accepts.
pub(crate) fn events<'a>(
    view: &View<'a>,
    events: &[core::Event],
    filter: &EventFilter,
) -> Answer<'a> {
    let ids = Ids::of(view.history);
    let all = kept::newest_first(view.history, events).into_iter();
    let found: Vec<_> = all.filter(|event| filter.accepts(event)).collect();
    Answer {
        head: view.head(),
        matches: found.len(),
        events: found
            .into_iter()
            .take(MOST)
            .map(|it| Row::new(&ids, it))
            .collect(),
    }
}

impl<'a> Row<'a> {
    fn new(ids: &Ids<'a>, event: Event) -> Self {
        let fields = event.fields.into_iter();
        Self {
            function: ids.id(&event.function),
            at: event.at,
            reason: event.reason,
            result: event.result,
            kind: event.kind,
            error: event.error,
            duration_seconds: event.seconds,
            callers: event.callers,
            flow: event.flow,
            fields: fields.map(|(name, text)| Field { name, text }).collect(),
            trace_id: event.trace_id,
            span_id: event.span_id,
            suppressed: event.suppressed,
        }
    }
}
