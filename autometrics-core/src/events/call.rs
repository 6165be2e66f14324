//! A call of a function with events that does not wait, as `crate::call` has the others.

use std::{cell::Cell, thread::panicking};

use super::{
    Captured, ErrorText,
    keep::{Ended, Note, keep, note},
    thread,
};
use crate::{
    call::{Flight, count_here},
    callsite::Callsite,
    cells::Kind,
    outcome::Verdict,
    thread::record_landed,
};

/// Begins a call that may be kept as an event, with `fields`. Else it is
/// [`enter`](crate::__private::enter).
#[inline]
pub fn watch<const TRACKED: bool, F: Fn(&mut Captured<'_>)>(
    site: &'static Callsite,
    unless_judged: Verdict,
    fields: F,
) -> Watched<TRACKED, F> {
    let flight = Flight::begin::<TRACKED>(site);
    thread::push(flight.key());
    Watched {
        flight: Cell::new(flight),
        verdict: Cell::new(unless_judged),
        was_panicking: panicking(),
        note: Cell::new(None),
        site,
        fields,
    }
}

/// The same where every value is judged: who leaves without, panics.
#[inline]
pub fn watch_judged<const TRACKED: bool, F: Fn(&mut Captured<'_>)>(
    site: &'static Callsite,
    fields: F,
) -> Watched<TRACKED, F> {
    let flight = Flight::begin::<TRACKED>(site);
    thread::push(flight.key());
    Watched {
        flight: Cell::new(flight),
        verdict: Cell::new(Verdict::of(Kind::PANIC)),
        was_panicking: true,
        note: Cell::new(None),
        site,
        fields,
    }
}

/// A call that goes on until this is dropped, and is kept then if it is worth it.
pub struct Watched<const TRACKED: bool, F: Fn(&mut Captured<'_>)> {
    flight: Cell<Flight>,
    verdict: Cell<Verdict>,
    was_panicking: bool,
    /// What was found out about the error that is returned.
    note: Cell<Option<Box<Note>>>,
    site: &'static Callsite,
    fields: F,
}

impl<const TRACKED: bool, F: Fn(&mut Captured<'_>)> Watched<TRACKED, F> {
    /// Notes how the call is counted, and what its `error` says if it is one.
    #[inline]
    pub fn judged(&self, verdict: Verdict, error: impl Fn(&mut ErrorText)) {
        self.verdict.set(verdict);
        if verdict.kind != Kind::OK {
            // An error that is not shown needs no more readings of the clock.
            let show = |text: &mut ErrorText| self.aside(|| error(text));
            self.note.set(note(self.site, &show));
        }
    }

    /// Does `work` whose time does not count, such as to write what is returned.
    pub fn aside(&self, work: impl FnOnce()) {
        let mut flight = self.flight.get();
        flight.aside(work);
        self.flight.set(flight);
    }

    /// Passes on the value that the function is about to return, and notes the same.
    #[inline]
    pub fn judge<R>(
        &self,
        value: R,
        outcome: impl FnOnce(&R) -> Verdict,
        error: impl Fn(&R, &mut ErrorText),
    ) -> R {
        self.judged(outcome(&value), |text| error(&value, text));
        value
    }
}

impl<const TRACKED: bool, F: Fn(&mut Captured<'_>)> Drop for Watched<TRACKED, F> {
    #[inline]
    fn drop(&mut self) {
        let flight = self.flight.get();
        let ended = leave(flight, self.verdict.get(), self.was_panicking, self.site);
        if TRACKED {
            record_landed(flight.key().callee());
        }
        if let Some(ended) = ended {
            keep(
                self.site,
                flight.caller(),
                ended,
                self.note.take(),
                &self.fields,
            );
        }
    }
}

/// Counts a call that ends because its function does, and says whether to keep it.
#[inline(never)]
fn leave(
    flight: Flight,
    verdict: Verdict,
    was_panicking: bool,
    site: &'static Callsite,
) -> Option<Ended> {
    if !was_panicking && panicking() {
        return end_panicked(flight, flight.caller(), site);
    }
    end_here(flight, flight.caller(), verdict, site)
}

/// Counts a call that panicked.
#[cold]
#[inline(never)]
pub(super) fn end_panicked(flight: Flight, around: u32, site: &'static Callsite) -> Option<Ended> {
    end(flight, around, Verdict::of(Kind::PANIC), site)
}

/// Counts a call that ends, makes `around` the innermost, and says whether to keep it.
#[inline(never)]
pub(super) fn end(
    flight: Flight,
    around: u32,
    verdict: Verdict,
    site: &'static Callsite,
) -> Option<Ended> {
    end_here(flight, around, verdict, site)
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "it is the whole of its two callers, each of which is called"
)]
fn end_here(
    flight: Flight,
    around: u32,
    verdict: Verdict,
    site: &'static Callsite,
) -> Option<Ended> {
    let took = count_here(flight, around, verdict);
    thread::pop();
    let why = site.events()?.why(site, verdict.kind, took)?;
    Some(Ended {
        latency: took.latency,
        is_ticks: took.is_ticks,
        why,
        kind: verdict.kind,
    })
}
