//! Publication of events: to the flight recorder of their function and to `tracing`.

use std::{borrow::Cow, sync::Arc, time::Duration};

use super::{Event, EventSite, recorder::StoredEvent};
use crate::{CurrentCall, callsite::FunctionInfo, registry, snapshot::outcome};

impl EventSite {
    /// Records an event of the function, and passes it to `emit`.
    pub(super) fn publish(&self, info: &FunctionInfo, stored: StoredEvent) {
        let event = self.event(info, &stored);
        // Before `emit`, so that a panic of a subscriber does not affect the recorder.
        self.recorder
            .record(stored, registry::get().events.remember);
        (self.emit)(&event);
    }

    fn event(&self, info: &FunctionInfo, stored: &StoredEvent) -> Event {
        let text = |text: &str| Cow::from(text.to_owned());
        let caller = |id: &Option<u32>| match id {
            Some(id) => CurrentCall::of(*id).to_string().into(),
            None => "…".into(),
        };
        let fields = self.names.iter().zip(&stored.fields);
        let shown = fields.filter_map(|(&name, shown)| Some((name.into(), text(shown.as_ref()?))));
        Event {
            file: info.file(),
            line: info.line,
            callers: stored.callers.iter().map(caller).collect(),
            latency: Duration::from_nanos(stored.nanos),
            outcome: outcome(stored.ended.kind),
            error: stored.error.as_deref().map(text),
            flow: CurrentCall::flow_of(stored.flow).map(Cow::Owned),
            fields: shown.collect(),
            trace: stored.trace,
            reason: stored.ended.reason,
            suppressed: stored.suppressed,
            time: stored.time,
            ..Event::new(info.module, info.function)
        }
    }
}

/// Returns the events in the flight recorders of all functions, sorted by time, the newest last.
///
/// [`EventSettings::remember`](crate::EventSettings::remember) sets the number per function. Events
/// that the rate limit suppressed are not included.
///
/// ```
/// for event in autometrics::recent_events() {
///     println!("{} {}: {:?}", event.function, event.reason.predicate(), event.error);
/// }
/// ```
pub fn recent_events() -> Vec<Event> {
    let mut all: Vec<Event> = Vec::new();
    for info in registry::get().functions() {
        if let Some(events) = info.events {
            let stored: Vec<Arc<StoredEvent>> = events.recorder.events();
            all.extend(stored.iter().map(|stored| events.event(info, stored)));
        }
    }
    all.sort_by_key(|event| event.time);
    all
}
