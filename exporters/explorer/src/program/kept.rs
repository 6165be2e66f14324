//! Kept events, with the names of the history.

use std::time::UNIX_EPOCH;

use autometrics_context::source::Event;
use autometrics_core as core;

use super::observed;
use crate::history::{Function, History};

/// Returns the events, newest first. `events` must be in the order in which they happened. Events
/// of functions that were not sampled yet are left out.
pub(crate) fn newest_first(history: &History, events: &[core::Event]) -> Vec<Event> {
    let newest = events.iter().rev();
    let known = newest.filter_map(|event| {
        let function = history.functions.iter().find(|it| is_of(it, event))?;
        Some(converted(function, event))
    });
    known.collect()
}

/// Returns `true` if the event is of the function.
fn is_of(function: &Function, event: &core::Event) -> bool {
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

fn converted(function: &Function, event: &core::Event) -> Event {
    let at = event.time.duration_since(UNIX_EPOCH);
    let text = |text: &str| text.to_owned();
    let fields = event.fields.iter();
    Event {
        function: observed::name(function),
        at: at.map_or(0.0, |at| at.as_secs_f64()),
        reason: event.reason.name().to_owned(),
        result: event.outcome.result().to_owned(),
        kind: event.outcome.error().map(text),
        error: event.error.as_deref().map(text),
        seconds: event.latency.as_secs_f64(),
        callers: event.callers.iter().map(|it| text(it)).collect(),
        flow: event.flow.as_deref().map(text),
        fields: fields
            .map(|(name, value)| (text(name), text(value)))
            .collect(),
        trace_id: event.trace.map(|trace| format!("{:032x}", trace.trace_id)),
        span_id: event.trace.map(|trace| format!("{:016x}", trace.span_id)),
        suppressed: event.suppressed,
    }
}
