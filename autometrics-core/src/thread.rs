//! State of one thread: the innermost instrumented call, and the cells of the thread.

use std::cell::Cell as Local;

use crate::{
    buckets::Place,
    cells::{CallKind, CellSet, EdgeCell, Index, Key, Scope},
    clock::{self, Counter},
    outcome::{AddKinds, ErrorKinds},
    registry,
};

thread_local! {
    // Without a destructor, so that calls from the destructors of other
    // thread-locals still find it, and no call pays for a check. On systems that
    // keep thread-locals elsewhere it may be gone by then: those calls are not
    // counted, and do not panic.
    static THREAD: Thread = const {
        Thread {
            scope: Local::new(Scope::NONE),
            index: Local::new(Index::EMPTY),
            set: Local::new(None),
            busy: Local::new(false),
        }
    };

    /// Gives the thread's cells back when the thread ends.
    static GIVE_BACK: GiveBack = const { GiveBack };
}

struct Thread {
    /// The innermost instrumented call, and its flow.
    scope: Local<Scope>,
    /// Index of the cells of `set`; empty until there is a set.
    index: Local<Index>,
    set: Local<Option<&'static CellSet>>,
    /// `true` while this thread looks for a cell or an id, which calls nothing but the
    /// allocator. Calls of an instrumented allocator are not counted meanwhile.
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

/// Returns the innermost call and its flow.
pub(crate) fn scope() -> Scope {
    THREAD
        .try_with(|thread| thread.scope.get())
        .unwrap_or(Scope::NONE)
}

/// Begins a call of the callsite `own`: makes it the innermost call. Returns the scope in the call,
/// and the scope around it.
#[inline]
pub(crate) fn begin(own: Scope) -> (Scope, Scope) {
    let begun = THREAD.try_with(|thread| {
        let outer = thread.scope.get();
        let inner = own.within(outer);
        thread.scope.set(inner);
        (inner, outer)
    });
    begun.unwrap_or((own, Scope::NONE))
}

/// Makes `scope` the innermost and returns the previous one.
#[inline]
pub(crate) fn swap_scope(scope: Scope) -> Scope {
    THREAD
        .try_with(|thread| thread.scope.replace(scope))
        .unwrap_or(Scope::NONE)
}

/// Makes `scope` the innermost.
#[inline]
pub(crate) fn set_scope(scope: Scope) {
    let _ = THREAD.try_with(|thread| thread.scope.set(scope));
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

/// Counts a call as [`record_ticks`] does, if its bucket is not that of the previous call of the edge.
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

/// Counts a call as [`record_ticks`] does, if it is the first of the edge on this thread.
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
/// Returns the bound of its bucket; `None` while this thread creates the registry.
pub(crate) fn record_nanos(edge: Key, nanos: u64, kinds: Option<AddKinds>) -> Option<u16> {
    // There is no registry yet if this thread is creating it.
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
    let edge = Key::new(callee, Scope::NONE, CallKind::IN_FLIGHT);
    match index().find(edge) {
        Some(cell) => cell.add_in_flight(change),
        None => with_new_cell(edge, None, |_, cell| cell.add_in_flight(change)),
    }
}

#[inline]
fn index() -> Index {
    // The closure has the load only, because `try_with` is inlined only while it
    // is that small.
    let index = THREAD.try_with(|thread| thread.index.get());
    index.unwrap_or(Index::EMPTY)
}

/// Calls `count` with the set of this thread and the cell of an edge, which is created if it is
/// missing.
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
        // This is code of the user, so it runs before this thread is busy.
        let kinds = kinds.map(ErrorKinds::of).unwrap_or_default();
        self.busy.set(true);
        if let Some(set) = self.set() {
            if let Some(cell) = find_or_create(set, edge, &kinds) {
                count(set, cell);
            }
            self.index.set(set.index());
        }
        // Fails while the thread ends, after `GIVE_BACK` has run. Then this call
        // comes from the destructor of another thread-local, and nothing would
        // give the set back later.
        if GIVE_BACK.try_with(|_| ()).is_err() {
            self.give_back();
        }
        self.busy.set(false);
    }

    /// Returns the set of this thread, and adopts one if it has none.
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

/// Returns the cell of `set` that counts calls of `edge`, and creates it if it is missing; `None` if
/// the lock of the registry is lost. Only for the owner of the set.
fn find_or_create(
    set: &'static CellSet,
    edge: Key,
    kinds: &[CallKind],
) -> Option<EdgeCell<'static>> {
    let index = set.index();
    // The index of this thread may be older than that of the set.
    if let Some(cell) = index.find(edge) {
        return Some(cell);
    }
    let (place, cell) = find_or_create_place(set, edge, kinds)?;
    if place != edge && set.keys() < registry::get().most_keys() {
        // The next call finds the cell by its own key.
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
    let known = registry.edges.known_place(edge);
    if let Some((place, cell)) = known.and_then(|place| Some((place, find(place)?))) {
        return Some((place, cell));
    }
    let (place, number) = registry.edges.place(edge)?;
    let cell = find(place).or_else(|| set.create(place, number))?;
    // A cell of zeros in one thread is enough for a series with value 0, whatever the flow.
    for &kind in kinds {
        if let Some((kind, number)) = registry.edges.reserve(place.without_flow().with_kind(kind)) {
            set.create(kind, number);
        }
    }
    Some((place, cell))
}
