//! Publication of events: to the flight recorder and to `tracing`.

use std::{borrow::Cow, collections::HashMap, sync::Arc, time::Duration};

use super::{
    Event, EventSite,
    recorder::{RECORDER, StoredEvent},
};
use crate::{
    CurrentCall,
    callsite::{Callsite, FunctionInfo},
    registry,
    snapshot::outcome,
};

/// Records an event of a function, and passes it to the function that emits it.
pub(super) fn publish(events: &EventSite, info: &FunctionInfo, stored: StoredEvent) {
    let event = events.event(info, &stored);
    // Before `emit`, so that a panic of a subscriber does not affect the recorder.
    RECORDER.record(stored, registry::get().events.limits());
    (events.emit)(&event);
}

impl EventSite {
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

/// Returns the remembered events of all functions, sorted by time, the newest last.
///
/// [`EventSettings::remember`](crate::EventSettings::remember) sets the number per function, and
/// [`EventSettings::remember_in_total`](crate::EventSettings::remember_in_total) the number of all.
/// Events that the rate limit suppressed are not included.
///
/// ```
/// for event in autometrics::recent_events() {
///     println!("{} {}: {:?}", event.function, event.reason.predicate(), event.error);
/// }
/// ```
pub fn recent_events() -> Vec<Event> {
    let mut infos: HashMap<*const Callsite, FunctionInfo> = HashMap::new();
    let stored = RECORDER.events(registry::get().events.limits());
    let event = |stored: &Arc<StoredEvent>| {
        let site = stored.site;
        let info = infos.entry(site).or_insert_with(|| site.info());
        Some(site.events()?.event(info, stored))
    };
    let mut all: Vec<Event> = stored.iter().filter_map(event).collect();
    // Stable: events of the same time stay in the order in which they were recorded.
    all.sort_by_key(|event| event.time);
    all
}
