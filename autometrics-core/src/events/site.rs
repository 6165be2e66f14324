//! The static state of the events of one function.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use slo_spec::{Latency, Objective};

use super::{
    Event, Why,
    admission::Admission,
    recorder::{Recorder, StoredEvent},
    settings, thread,
};
use crate::{
    CurrentCall, Text,
    call::Elapsed,
    callsite::{Callsite, FunctionInfo},
    cells::CallKind,
    clock, registry,
    snapshot::outcome,
};

/// Number of functions that have requested a countdown of their own.
static PLACES: AtomicU32 = AtomicU32::new(0);

/// The events of one function: the values from the attribute, the rate limit and the flight
/// recorder.
#[derive(Debug)]
pub struct EventSite {
    names: &'static [&'static str],
    slower_than: Option<Duration>,
    emit: fn(&Event),
    /// Latency above which a call is slow, in ticks. Zero until it is known, so that the first call
    /// is checked, which determines it.
    ticks: AtomicU64,
    nanos: AtomicU64,
    /// Number of the function's countdown in each thread.
    place: AtomicU32,
    /// Number of threads that have begun to count down.
    threads: AtomicU32,
    /// Number of calls, for functions without a countdown in threads.
    calls: AtomicU64,
    admission: Admission,
    recorder: Recorder,
}

impl EventSite {
    /// Creates the events of a function with these field names. `emit` receives each event.
    pub const fn new(names: &'static [&'static str], emit: fn(&Event)) -> Self {
        Self {
            names,
            slower_than: None,
            emit,
            ticks: AtomicU64::new(0),
            nanos: AtomicU64::new(0),
            place: AtomicU32::new(thread::NO_PLACE),
            threads: AtomicU32::new(0),
            calls: AtomicU64::new(0),
            admission: Admission::new(),
            recorder: Recorder::new(),
        }
    }

    /// Sets the limit above which calls of this function are slow.
    ///
    /// # Panics
    ///
    /// Panics at compile time if the limit is zero.
    #[must_use]
    pub const fn slower_than(mut self, limit: Duration) -> Self {
        assert!(
            !limit.is_zero(),
            "`slower_than` is 0s, so every call is slow: choose a time above zero"
        );
        self.slower_than = Some(limit);
        self
    }

    pub(super) fn names(&self) -> &'static [&'static str] {
        self.names
    }

    pub(crate) fn suppressed(&self) -> u64 {
        self.admission.suppressed()
    }

    /// Returns the reason for which a call of the function `site` is kept; `None` for most calls.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it is most of its callers' code")]
    pub(super) fn why(
        &self,
        site: &'static Callsite,
        kind: CallKind,
        elapsed: Elapsed,
    ) -> Option<Why> {
        match kind {
            CallKind::OK => {}
            CallKind::PANIC => return Some(Why::Panic),
            _ => return Some(Why::Error),
        }
        // Relaxed: each value is used alone.
        let limit = if elapsed.is_ticks {
            self.ticks.load(Ordering::Relaxed)
        } else {
            self.nanos.load(Ordering::Relaxed)
        };
        if elapsed.latency <= limit && thread::pass(self.place.load(Ordering::Relaxed)) {
            return None;
        }
        self.slow_or_sampled(site, elapsed)
    }

    /// Returns the reason for a call that may be slow or sampled, or is one of the first.
    #[cold]
    #[inline(never)]
    fn slow_or_sampled(&self, site: &'static Callsite, elapsed: Elapsed) -> Option<Why> {
        if elapsed.latency > self.limit(site, elapsed.is_ticks) {
            return Some(Why::Slow);
        }
        self.is_sampled().then_some(Why::Sampled)
    }

    /// Returns the latency above which a call is slow, in ticks or nanoseconds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "saturates after centuries"
    )]
    fn limit(&self, site: &'static Callsite, in_ticks: bool) -> u64 {
        let (known, per_nano) = match clock::counter().filter(|_| in_ticks) {
            Some(counter) => (&self.ticks, 1e-9 / counter.seconds_per_tick),
            None => (&self.nanos, 1.0),
        };
        let limit = known.load(Ordering::Relaxed);
        if limit != 0 {
            return limit;
        }
        let given = self.slower_than.or(settings::get().slower_than);
        let objectives = site.info().objectives.iter();
        let promised = objectives
            .filter_map(Objective::latency_target)
            .map(Latency::threshold);
        let limit = promised.chain(given).min();
        let limit = limit.map_or(u64::MAX, |limit| {
            ((limit.as_nanos() as f64 * per_nano) as u64).max(1)
        });
        known.store(limit, Ordering::Relaxed);
        limit
    }

    /// Counts an ordinary call; returns `true` if it is sampled.
    fn is_sampled(&self) -> bool {
        let one_in = settings::get().one_in;
        let place = self.place();
        if !thread::has(place) {
            let calls = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
            return one_in != 0 && calls % u64::from(one_in) == 0;
        }
        let mut is_sampled = false;
        thread::count(place, |left| {
            if one_in == 0 {
                return u32::MAX;
            }
            let left = if left == 0 { self.begin(one_in) } else { left };
            is_sampled = left == 1;
            if is_sampled { one_in } else { left - 1 }
        });
        is_sampled
    }

    /// Returns the start of a thread's countdown. The first thread starts at the maximum; the
    /// others, which may be short-lived, are spread by the golden ratio (Knuth, TAOCP 3, 6.4).
    fn begin(&self, one_in: u32) -> u32 {
        match self.threads.fetch_add(1, Ordering::Relaxed) {
            0 => one_in,
            thread => {
                let spread = u64::from(thread.wrapping_mul(0x9E37_79B9));
                let start = ((spread * u64::from(one_in)) >> 32) as u32;
                start + 1
            }
        }
    }

    fn place(&self) -> u32 {
        let place = self.place.load(Ordering::Relaxed);
        if place != thread::NO_PLACE {
            return place;
        }
        let mine = thread::place(PLACES.fetch_add(1, Ordering::Relaxed));
        let set = self.place.compare_exchange(
            thread::NO_PLACE,
            mine,
            Ordering::Relaxed,
            Ordering::Relaxed,
        );
        // If another thread was faster, the place of this one stays unused.
        set.err().unwrap_or(mine)
    }

    pub(super) fn admit(&self, second: u32, per_second: u32, why: Why) -> bool {
        self.admission.admit(second, per_second, why)
    }

    pub(super) fn suppress(&self) {
        self.admission.suppress();
    }

    pub(super) fn take_unreported(&self) -> u64 {
        self.admission.take_unreported()
    }

    /// Records an event of the function, and passes it to `emit`.
    pub(super) fn publish(&self, info: &FunctionInfo, stored: StoredEvent) {
        let event = self.event(info, &stored);
        // Before `emit`, so that a panic of a subscriber does not affect the recorder.
        self.recorder.record(stored, settings::get().remember);
        (self.emit)(&event);
    }

    fn event(&self, info: &FunctionInfo, stored: &StoredEvent) -> Event {
        let text = |text: &str| Text::from(text.to_owned());
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
            fields: shown.collect(),
            trace: stored.trace,
            why: stored.ended.why,
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
/// for event in autometrics_core::recent_events() {
///     println!("{} {}: {:?}", event.function, event.why.sentence(), event.error);
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
