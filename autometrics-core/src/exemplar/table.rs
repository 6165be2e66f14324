//! The slots of all functions, and the decision to call the trace source.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::OnceLock,
    time::{SystemTime, UNIX_EPOCH},
};

use super::{Slot, StoredExemplar};
use crate::{TraceContext, registry, trace::Source};

static EXEMPLARS: OnceLock<Exemplars> = OnceLock::new();

/// Returns the table of exemplars; `None` without a trace source.
#[inline]
pub(crate) fn exemplars() -> Option<&'static Exemplars> {
    EXEMPLARS.get()
}

/// Creates the table, with `source` as the trace source. Later calls have no effect.
pub(crate) fn keep(source: Source) {
    EXEMPLARS.get_or_init(|| {
        let registry = registry::get();
        Exemplars::new(
            source,
            registry.functions().count(),
            registry.layout.bounds().len() + 1,
        )
    });
}

/// Number of rows for functions that register at their first call. Further ones have no exemplars.
const LATE: usize = 64;

/// One slot per function and bucket.
#[derive(Debug)]
pub(crate) struct Exemplars {
    source: Source,
    /// Row by row, in the order of function ids, which start at one.
    slots: Box<[Slot]>,
    /// Number of slots per function.
    buckets: usize,
}

/// End and latency of a call, by the clock that timed it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallEnd {
    /// Reading of the clock at the end of the call.
    pub(crate) reading: u64,
    /// Latency of the call, in units of the clock.
    pub(crate) latency: u64,
    /// Length of the clock's unit, in seconds.
    pub(crate) seconds_per_unit: f64,
}

impl Exemplars {
    pub(crate) fn new(source: Source, functions: usize, buckets: usize) -> Self {
        Self {
            source,
            slots: std::iter::repeat_with(Slot::new)
                .take((functions + LATE) * buckets)
                .collect(),
            buckets,
        }
    }

    /// Returns the span that the calling thread is in; `None` if there is none or the source
    /// panics.
    pub(crate) fn context(&self) -> Option<TraceContext> {
        // A panic of the source must not reach the caller.
        catch_unwind(AssertUnwindSafe(|| self.source.0.current())).ok()?
    }

    /// Makes the call of the function `id` that just ended the exemplar of `bucket`, if a new
    /// exemplar is due and the call is in a sampled trace.
    #[inline]
    pub(crate) fn offer(&self, id: u32, bucket: u16, end: CallEnd) {
        let row = (id as usize).wrapping_sub(1).wrapping_mul(self.buckets);
        let Some(slot) = self.slots.get(row.wrapping_add(usize::from(bucket))) else {
            return;
        };
        let due = slot.due();
        if end.reading >= due {
            self.take(slot, due, end);
        }
    }

    #[cold]
    #[inline(never)]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a second in the clock's unit, and times far below 2^53 of it"
    )]
    fn take(&self, slot: &Slot, due: u64, end: CallEnd) {
        let second = (1.0 / end.seconds_per_unit) as u64;
        if !slot.claim(due, end.reading.saturating_add(second)) {
            return;
        }
        let Some(context) = self.context().filter(|one| one.is_linkable()) else {
            slot.put_off(end.reading.saturating_add(second / 1000));
            return;
        };
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        slot.write(StoredExemplar {
            trace_id: context.trace_id,
            span_id: context.span_id,
            seconds: end.latency as f64 * end.seconds_per_unit,
            unix_nanos: since.map_or(0, |since| since.as_nanos() as u64),
        });
    }

    /// Returns the exemplars of the function `id`, with their buckets.
    pub(crate) fn of(&self, id: u32) -> impl Iterator<Item = (usize, StoredExemplar)> {
        let row = (id as usize).wrapping_sub(1).wrapping_mul(self.buckets);
        let slots = self.slots.get(row..).unwrap_or_default();
        let slots = slots.iter().take(self.buckets).enumerate();
        slots.filter_map(|(bucket, slot)| Some((bucket, slot.read()?)))
    }
}
