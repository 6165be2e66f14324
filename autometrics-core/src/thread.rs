//! What a thread keeps: the innermost instrumented call, and its cells.

use std::cell::Cell as Local;

use crate::{
    buckets::Place,
    cells::{CallKind, CellSet, EdgeCell, Index, Key, NO_CALLER},
    clock::{self, Counter},
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

/// Counts a call of an edge that took `ticks`, and might have ended with one of `kinds`.
/// Returns the bound of its bucket.
#[inline]
pub(crate) fn record_ticks(
    edge: Key,
    counter: &Counter,
    ticks: u64,
    kinds: Option<AddKinds>,
) -> u16 {
    let index = index();
    match index.find(edge) {
        Some(cell) => match cell.add_aimed(index.directory, ticks) {
            Some(bound) => bound,
            None => record_elsewhere(edge, cell, index, counter, ticks),
        },
        None => record_first(edge, counter, ticks, kinds),
    }
}

/// The same where the bucket is not that of the edge's last call.
#[inline(never)]
fn record_elsewhere(
    edge: Key,
    cell: EdgeCell<'static>,
    index: Index,
    counter: &Counter,
    ticks: u64,
) -> u16 {
    let place = registry::get().layout.place(counter.seconds(ticks));
    let window = counter.windows.of(place);
    match cell.slot(index.directory, place) {
        Some(slot) => {
            cell.add_ticks(slot, ticks);
            cell.aim(window, slot);
        }
        None => record_in_new_slot(edge, place, ticks, None),
    }
    window.bound
}

/// The same where the edge was not called yet.
#[cold]
#[inline(never)]
fn record_first(edge: Key, counter: &Counter, ticks: u64, kinds: Option<AddKinds>) -> u16 {
    let layout = &registry::get().layout;
    let place = layout.place(counter.seconds(ticks));
    record_in_new_slot(edge, place, ticks, kinds);
    layout.bound(place)
}

fn record_in_new_slot(edge: Key, place: Place, ticks: u64, kinds: Option<AddKinds>) {
    with_new_cell(edge, kinds, |set, cell| {
        if let Some(slot) = set.slot(cell, place, registry::get().buckets(place.group)) {
            cell.add_ticks(slot, ticks);
        }
    });
}

/// Counts a call of an edge that took `nanos`, and might have ended with one of `kinds`.
/// Returns the bound of its bucket, if that can be told.
pub(crate) fn record_nanos(edge: Key, nanos: u64, kinds: Option<AddKinds>) -> Option<u16> {
    // There may be no registry yet, if it is this thread that makes it.
    if THREAD.try_with(|thread| thread.busy.get()).unwrap_or(true) {
        return None;
    }
    let registry = registry::get();
    let layout = &registry.layout;
    let place = layout.place(clock::seconds(nanos));
    let index = index();
    let found = index.find(edge);
    let found = found.and_then(|cell| Some((cell, cell.slot(index.directory, place)?)));
    match found {
        Some((cell, slot)) => cell.add_nanos(slot, nanos),
        None => with_new_cell(edge, kinds, |set, cell| {
            if let Some(slot) = set.slot(cell, place, registry.buckets(place.group)) {
                cell.add_nanos(slot, nanos);
            }
        }),
    }
    clock::calibrate(layout);
    Some(layout.bound(place))
}

/// Counts a call of the function `callee` that begins.
#[inline(never)]
pub(crate) fn record_begun(callee: u32) {
    add_in_flight(callee, 1);
}

/// Counts a call of the function `callee` that is no longer in flight.
#[inline(never)]
pub(crate) fn record_landed(callee: u32) {
    add_in_flight(callee, 1_u64.wrapping_neg());
}

#[inline]
fn add_in_flight(callee: u32, change: u64) {
    let edge = Key::new(callee, NO_CALLER, CallKind::IN_FLIGHT);
    match index().find(edge) {
        Some(cell) => cell.add_in_flight(change),
        None => with_new_cell(edge, None, |_, cell| cell.add_in_flight(change)),
    }
}

#[inline]
fn index() -> Index {
    // No closure around more than the load: `try_with` is inlined only while it
    // is that small.
    let index = THREAD.try_with(|thread| thread.index.get());
    index.unwrap_or(Index::EMPTY)
}

/// Passes this thread's set and the cell of an edge, which is made if need be.
#[cold]
#[inline(never)]
fn with_new_cell(
    edge: Key,
    kinds: Option<AddKinds>,
    count: impl FnOnce(&'static CellSet, EdgeCell<'static>),
) {
    let _ = THREAD.try_with(|thread| thread.with_new_cell(edge, kinds, count));
}

impl Thread {
    fn with_new_cell(
        &self,
        edge: Key,
        kinds: Option<AddKinds>,
        count: impl FnOnce(&'static CellSet, EdgeCell<'static>),
    ) {
        if self.busy.get() {
            return;
        }
        // The user's code, so before this thread is busy.
        let kinds = kinds.map(ErrorKinds::of).unwrap_or_default();
        self.busy.set(true);
        if let Some(set) = self.set() {
            if let Some(cell) = find_or_create(set, edge, &kinds) {
                count(set, cell);
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

/// Returns the cell of `set` that counts calls of `edge`, if it can be told. Only for the set's
/// owner.
fn find_or_create(
    set: &'static CellSet,
    edge: Key,
    kinds: &[CallKind],
) -> Option<EdgeCell<'static>> {
    let index = set.index();
    // This thread's own index may be older.
    if let Some(cell) = index.find(edge) {
        return Some(cell);
    }
    let (place, cell) = find_or_create_place(set, edge, kinds)?;
    if place != edge && set.keys() < registry::get().most_keys() {
        // Found at once the next time.
        set.enter(edge, cell);
    }
    Some(cell)
}

/// Returns the edge that calls of `edge` are counted in, and its cell in `set`.
fn find_or_create_place(
    set: &'static CellSet,
    edge: Key,
    kinds: &[CallKind],
) -> Option<(Key, EdgeCell<'static>)> {
    let registry = registry::get();
    let find = |key| set.index().find(key);
    let known = registry.known_place(edge);
    if let Some((place, cell)) = known.and_then(|place| Some((place, find(place)?))) {
        return Some((place, cell));
    }
    let (place, number) = registry.place(edge)?;
    let cell = find(place).or_else(|| set.create(place, number))?;
    // Cells of zeros in one thread are enough for series of zeros.
    for &kind in kinds {
        if let Some((kind, number)) = registry.reserve(place.with_kind(kind)) {
            set.create(kind, number);
        }
    }
    Some((place, cell))
}
