//! What a thread keeps: the innermost instrumented call, and its cells.

use std::cell::Cell as Local;

use crate::{
    cells::{Cell, CellSet, Index, Key, Kind, NO_CALLER},
    clock,
    outcome::{AddKinds, ErrorKinds},
    registry,
};

thread_local! {
    // Without a destructor, so that it is there for calls from the destructors
    // of other thread-locals, and costs no check whether it still is. Where a
    // system keeps thread-locals elsewhere it may be gone by then: those calls
    // are not counted, and do not panic.
    static THREAD: Thread = const {
        Thread {
            caller: Local::new(NO_CALLER),
            index: Local::new(Index::EMPTY),
            set: Local::new(None),
            busy: Local::new(false),
        }
    };

    /// Gives the thread's cells back when the thread ends.
    static GIVE_BACK: GiveBack = const { GiveBack };
}

struct Thread {
    /// The id of the innermost instrumented call.
    caller: Local<u32>,
    /// Where the cells of `set` are found; empty until there is a set.
    index: Local<Index>,
    set: Local<Option<&'static CellSet>>,
    /// Set while this thread looks for a cell or an id, which calls no one but the
    /// allocator. If that is instrumented too, its calls then are not counted.
    busy: Local<bool>,
}

struct GiveBack;

/// Runs `work`, which may allocate, unless this thread is within such work already or ends.
pub(crate) fn unless_busy<R>(work: impl FnOnce() -> R) -> Option<R> {
    /// Dropped also when `work` panics.
    struct Done<'a>(&'a Local<bool>);
    impl Drop for Done<'_> {
        fn drop(&mut self) {
            self.0.set(false);
        }
    }

    let worked = THREAD.try_with(|thread| {
        let is_free = !thread.busy.replace(true);
        is_free.then(|| {
            let _done = Done(&thread.busy);
            work()
        })
    });
    worked.ok().flatten()
}

impl Drop for GiveBack {
    fn drop(&mut self) {
        let _ = THREAD.try_with(Thread::give_back);
    }
}

/// The innermost call.
pub(crate) fn caller() -> u32 {
    THREAD
        .try_with(|thread| thread.caller.get())
        .unwrap_or(NO_CALLER)
}

/// Makes `id` the innermost call and returns the one before.
#[inline]
pub(crate) fn swap_caller(id: u32) -> u32 {
    THREAD
        .try_with(|thread| thread.caller.replace(id))
        .unwrap_or(NO_CALLER)
}

/// Makes `id` the innermost call.
#[inline]
pub(crate) fn set_caller(id: u32) {
    let _ = THREAD.try_with(|thread| thread.caller.set(id));
}

/// Counts a call that took `ticks`, which belong into `bucket`, and might have
/// ended with one of `kinds`.
#[inline]
pub(crate) fn record_ticks(key: Key, bucket: u16, ticks: u64, kinds: Option<AddKinds>) {
    match find(key) {
        Some(cell) => cell.add_ticks(bucket, ticks),
        None => record_first_ticks(key, bucket, ticks, kinds),
    }
}

#[cold]
#[inline(never)]
fn record_first_ticks(key: Key, bucket: u16, ticks: u64, kinds: Option<AddKinds>) {
    with_new_cell(key, kinds, |cell| cell.add_ticks(bucket, ticks));
}

/// Counts a call that took `nanos`, and might have ended with one of `kinds`.
/// Returns the bucket that it belongs into.
pub(crate) fn record_nanos(key: Key, nanos: u64, kinds: Option<AddKinds>) -> u16 {
    // There may be no registry yet, if it is this thread that makes it.
    if THREAD.try_with(|thread| thread.busy.get()).unwrap_or(true) {
        return 0;
    }
    let bounds = &registry::get().bounds;
    let bucket = bounds.bucket(nanos);
    with_cell(key, kinds, |cell| cell.add_nanos(bucket, nanos));
    clock::calibrate(bounds);
    bucket
}

/// Counts a call of the function `callee` that begins.
#[inline(never)]
pub(crate) fn record_begun(callee: u32) {
    with_cell(in_flight(callee), None, |cell| cell.add_in_flight(1));
}

/// Counts a call of the function `callee` that is no longer in flight.
#[inline(never)]
pub(crate) fn record_landed(callee: u32) {
    with_cell(in_flight(callee), None, |cell| {
        cell.add_in_flight(1_u64.wrapping_neg());
    });
}

fn in_flight(callee: u32) -> Key {
    Key::new(callee, NO_CALLER, Kind::IN_FLIGHT)
}

#[inline]
fn find(key: Key) -> Option<Cell<'static>> {
    // No closure around more than the load: `try_with` is inlined only while it
    // is that small.
    THREAD.try_with(|thread| thread.index.get()).ok()?.find(key)
}

#[inline]
fn with_cell(key: Key, kinds: Option<AddKinds>, count: impl FnOnce(Cell<'static>)) {
    match find(key) {
        Some(cell) => count(cell),
        None => with_new_cell(key, kinds, count),
    }
}

#[cold]
#[inline(never)]
fn with_new_cell(key: Key, kinds: Option<AddKinds>, count: impl FnOnce(Cell<'static>)) {
    let _ = THREAD.try_with(|thread| thread.with_new_cell(key, kinds, count));
}

impl Thread {
    fn with_new_cell(&self, key: Key, kinds: Option<AddKinds>, count: impl FnOnce(Cell<'static>)) {
        if self.busy.get() {
            return;
        }
        // The user's code, so before this thread is busy.
        let kinds = kinds.map(ErrorKinds::of).unwrap_or_default();
        self.busy.set(true);
        if let Some(set) = self.set() {
            if let Some(cell) = find_or_create(set, key, &kinds) {
                count(cell);
            }
            self.index.set(set.index());
        }
        // Fails while the thread ends, after `GIVE_BACK` has run: then this
        // call comes from another thread-local's destructor and no one would
        // give the set back later.
        if GIVE_BACK.try_with(|_| ()).is_err() {
            self.give_back();
        }
        self.busy.set(false);
    }

    /// This thread's set, adopted now if need be.
    fn set(&self) -> Option<&'static CellSet> {
        if let Some(set) = self.set.get() {
            return Some(set);
        }
        let set = registry::get().sets.adopt();
        self.set.set(set);
        set
    }

    fn give_back(&self) {
        self.index.set(Index::EMPTY);
        if let Some(set) = self.set.take() {
            registry::get().sets.give_back(set);
        }
    }
}

/// The cell of `set` in which calls of `key` are counted, if it can be told. Only for the set's
/// owner.
fn find_or_create(set: &'static CellSet, key: Key, kinds: &[Kind]) -> Option<Cell<'static>> {
    let find = |key| set.index().find(key);
    // The set's last owner may have had the edge.
    if let Some(cell) = find(key) {
        return Some(cell);
    }
    let registry = registry::get();
    let buckets = registry.bounds.buckets();
    let known = registry
        .known_place(key)
        .and_then(|place| Some((place, find(place)?)));
    let (place, cell) = if let Some(known) = known {
        known
    } else {
        let (place, index) = registry.place(key)?;
        let cell = find(place).unwrap_or_else(|| set.create(place, index, buckets));
        (place, cell)
    };
    if place != key && set.keys() < registry.most_keys() {
        // Found at once the next time.
        set.enter(key, cell);
    }
    // Cells of zeros in one thread are enough for series of zeros.
    for &kind in kinds {
        if let Some((place, index)) = registry.reserve(place.with_kind(kind)) {
            set.create(place, index, buckets);
        }
    }
    Some(cell)
}
