//! Turns a call that ended into an event. All functions in this file are out of line.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    time::SystemTime,
};

use super::{
    ErrorText, EventField, EventReason, EventSite, ended_call::EndedCall, publication::publish,
    recorder::StoredEvent, text, thread,
};
use crate::{
    callsite::{Callsite, FunctionInfo},
    cells::Key,
    clock, exemplar, registry,
};

/// Result of looking at a returned error, while the value still existed.
#[derive(Debug)]
pub(super) enum ErrorNote {
    /// The rate limit admits the event; the text of the error, if it has one.
    Admitted(Option<String>),
    /// The rate limit suppressed the event, and counted it as suppressed.
    Suppressed,
}

/// Formats a returned error with `show`, if the rate limit admits its event. Returns `None` for a
/// function without events, and while the thread makes another event.
#[cold]
#[inline(never)]
pub(super) fn note(site: &Callsite, show: &dyn Fn(&mut ErrorText)) -> Option<Box<ErrorNote>> {
    let events = site.events()?;
    let noted = thread::unless_making_event(|| {
        if !admit(events, EventReason::Error) {
            return ErrorNote::Suppressed;
        }
        let mut text = ErrorText::new();
        // Code of the user; panics in it are caught where it is called.
        show(&mut text);
        ErrorNote::Admitted(text.into_text())
    });
    noted.map(Box::new)
}

/// The fields of a call while they are formatted, in the order of their names.
pub struct Captured<'a> {
    info: &'a FunctionInfo,
    names: &'static [&'static str],
    texts: Vec<Option<Box<str>>>,
}

impl fmt::Debug for Captured<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Captured").finish_non_exhaustive()
    }
}

impl Captured<'_> {
    /// Formats and redacts the next field.
    pub fn put(&mut self, value: &dyn fmt::Display) {
        let name = self.names.get(self.texts.len()).copied();
        let text = redacted(self.info, name.unwrap_or_default(), &text::of(value));
        self.texts.push(text);
    }
}

/// Keeps the call `key` of the function `site`, if the rate limit admits its event.
#[cold]
#[inline(never)]
pub(super) fn keep(
    site: &'static Callsite,
    key: Key,
    ended: EndedCall,
    note: Option<Box<ErrorNote>>,
    fields: &dyn Fn(&mut Captured<'_>),
) {
    let Some(events) = site.events() else { return };
    let error = match note.map(|note| *note) {
        Some(ErrorNote::Suppressed) => return,
        Some(ErrorNote::Admitted(error)) => Some(error),
        None => None,
    };
    let made = thread::unless_making_event(|| {
        if error.is_none() && !admit(events, ended.reason) {
            return;
        }
        // Panics in the user's code are caught where that code is called. This guard covers the
        // rest, because the caller's result must not depend on it.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let info = site.info();
            let stored = make(site, &info, key, ended, error.flatten(), fields);
            publish(events, &info, stored);
        }));
    });
    if made.is_none() {
        events.suppress();
    }
}

fn admit(events: &EventSite, reason: EventReason) -> bool {
    events.admit(clock::second(), registry::get().events.per_second, reason)
}

fn make(
    site: &'static Callsite,
    info: &FunctionInfo,
    key: Key,
    ended: EndedCall,
    error: Option<String>,
    fields: &dyn Fn(&mut Captured<'_>),
) -> StoredEvent {
    let time = SystemTime::now();
    let names = site.events().map_or(&[][..], EventSite::names);
    let mut captured = Captured {
        info,
        names,
        texts: Vec::with_capacity(names.len()),
    };
    fields(&mut captured);
    StoredEvent {
        site,
        ended,
        nanos: ended.nanos(),
        callers: thread::chain(key.caller()).into(),
        flow: key.flow(),
        error: error.and_then(|error| redacted(info, "error", &error)),
        fields: captured.texts.into(),
        trace: exemplar::exemplars()
            .and_then(exemplar::Exemplars::context)
            .filter(|context| context.trace_id != 0),
        suppressed: site.events().map_or(0, EventSite::take_unreported),
        time,
    }
}

fn redacted(info: &FunctionInfo, name: &str, text: &str) -> Option<Box<str>> {
    let field = EventField::new(info.module, info.function, name, text);
    // If the hook panics, the text is dropped.
    catch_unwind(AssertUnwindSafe(|| registry::get().events.redacted(field))).ok()?
}
