//! Cells of one thread, and the protocol by which threads take, use and return them.
//!
//! ```text
//! adopt   a thread takes a free set, or makes one    free: pop, Acquire
//! record  it alone adds to the set's cells           Relaxed load and store
//! read    anyone sums the cells of all sets          used: Acquire, then Relaxed loads
//! return  the ending thread leaves the set           free: push, Release
//! ```
//!
//! The invariant is that a set has one writer at a time: the thread that made it or took it
//! from the free ones. `Release` and `Acquire` on `free` make the next writer see the last
//! one's counts, so none is lost when a set changes hands. Counts are never reset: what a
//! thread counted stays when it ends.
//!
//! Each operation takes the same time for any number of threads, and waits for none of them.

use super::{
    Arena, Cell, Index, Key, List, Table,
    chunk::Chunks,
    edge::{EdgeCell, OF_EDGE},
    group::GroupCell,
    slot::Slot,
};
use crate::{
    buckets::Place,
    sync::{AtomicU32, AtomicU64, Ordering},
};

/// The first table of a set has room for three quarters of 2^this keys.
const FIRST_TABLE: u32 = 5;
/// The sets of all threads that ever called an instrumented function.
///
/// There are as many as there were such threads alive at once.
#[derive(Debug)]
pub(crate) struct Sets {
    all: Arena<CellSet>,
    /// The stack of free sets. The lower half is the number of the first, plus one; the upper
    /// half counts changes, so that a set that was taken and given back meanwhile is noticed.
    free: AtomicU64,
}

/// The cells of the thread that has adopted it.
#[derive(Debug)]
pub(crate) struct CellSet {
    /// Number of this set among all sets.
    number: u32,
    /// While it is free: the number of the free set below it, plus one.
    below: AtomicU32,
    chunks: Chunks,
    /// The last table is in use. A call further up the owner's stack may still read
    /// an outgrown one, so none is freed. Together they are smaller than the last.
    tables: List<Table>,
}

impl Sets {
    #[cfg(not(loom))]
    pub(crate) const fn new() -> Self {
        Self {
            all: Arena::new(),
            free: AtomicU64::new(0),
        }
    }

    #[cfg(loom)]
    pub(crate) fn new() -> Self {
        Self {
            all: Arena::new(),
            free: AtomicU64::new(0),
        }
    }

    /// Takes a set that no thread uses, or makes one; `None` when there are 2^26 in use.
    ///
    /// The caller is its only writer until it [gives it back](Self::give_back).
    pub(crate) fn adopt(&'static self) -> Option<&'static CellSet> {
        // Acquire: pairs with the Release of `give_back`, so that this thread goes on from
        // the counts that the last owner stored.
        let mut free = self.free.load(Ordering::Acquire);
        while let Some(number) = first(free) {
            let set = self.all.get(number as usize)?;
            // Relaxed: stored before the Release that made this set the first. If it is taken
            // meanwhile, the exchange fails.
            let below = set.below.load(Ordering::Relaxed);
            let taken = self.free.compare_exchange(
                free,
                changed(free, below),
                Ordering::Acquire,
                Ordering::Acquire,
            );
            match taken {
                Ok(_) => return Some(set),
                Err(now) => free = now,
            }
        }
        self.all.push(CellSet::new)
    }

    /// Gives back a set; the caller must not write to it any more.
    pub(crate) fn give_back(&self, set: &CellSet) {
        let mut free = self.free.load(Ordering::Relaxed);
        loop {
            set.below.store(lower(free), Ordering::Relaxed);
            // Release: what this thread counted is seen by the next owner.
            let given = self.free.compare_exchange(
                free,
                changed(free, set.number + 1),
                Ordering::Release,
                Ordering::Relaxed,
            );
            match given {
                Ok(_) => return,
                Err(now) => free = now,
            }
        }
    }

    /// Returns the cells of all threads, including those of threads that ended.
    ///
    /// Calls that end meanwhile may or may not be counted. No cell is visited twice, and a later
    /// visit never sees lower counts.
    ///
    /// `buckets` returns the number of buckets of a group.
    pub(crate) fn cells(
        &'static self,
        buckets: impl Fn(u8) -> usize + Copy,
    ) -> impl Iterator<Item = Cell<'static>> {
        let sets = self.all.iter();
        let words = sets.flat_map(|set| set.chunks.iter());
        words.flat_map(move |words| Cell::all(words, buckets))
    }

    /// Returns the number of sets.
    #[cfg(all(test, loom))]
    pub(crate) fn len(&self) -> usize {
        self.all.iter().count()
    }
}

/// Returns the number of the first free set.
fn first(free: u64) -> Option<u32> {
    lower(free).checked_sub(1)
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
fn lower(free: u64) -> u32 {
    free as u32
}

/// Returns the stack after one more change, with this as its lower half.
fn changed(free: u64, lower: u32) -> u64 {
    (free >> 32).wrapping_add(1) << 32 | u64::from(lower)
}

impl CellSet {
    fn new(number: usize) -> Self {
        Self {
            // Below 2^26, as an arena has no more.
            number: u32::try_from(number).unwrap_or(u32::MAX - 1),
            below: AtomicU32::new(0),
            chunks: Chunks::new(),
            tables: List::new(),
        }
    }

    /// Returns the index by which the owner finds its cells.
    pub(crate) fn index(&'static self) -> Index {
        let directory = self.chunks.directory();
        let table = self.tables.last();
        table.map_or(Index::EMPTY, |table| table.index(directory))
    }

    /// Makes the cell of the edge with this number, publishes it to readers and enters it into the
    /// owner's table. Only for the owner.
    pub(crate) fn create(&'static self, key: Key, number: usize) -> Option<EdgeCell<'static>> {
        let (cell, _) = self.chunks.append(OF_EDGE, |words| {
            let cell = EdgeCell(words.first_chunk()?);
            cell.name(key, number);
            Some(cell)
        })?;
        self.enter(key, cell);
        Some(cell)
    }

    /// Returns the slot of a bucket of `cell`, with room for a call. Makes the cell of its group,
    /// of so many buckets, if need be. Only for the owner.
    pub(crate) fn slot(
        &'static self,
        cell: EdgeCell<'static>,
        place: Place,
        buckets: usize,
    ) -> Option<Slot> {
        let directory = self.chunks.directory();
        if let Some(slot) = cell.slot(directory, place) {
            return Some(slot);
        }
        let Place { group, .. } = place;
        // The slot of an existing group is full.
        let is_wide = cell.find(directory, group).is_some();
        let words = GroupCell::words(buckets, is_wide);
        let header = GroupCell::header(cell.number(), group, is_wide, cell.first(group));
        let ((), location) = self.chunks.append(words, |words| {
            // Relaxed: readers see the cell only after the end of its chunk.
            words.first()?.store(header, Ordering::Relaxed);
            Some(())
        })?;
        cell.prepend(group, location);
        cell.slot(self.chunks.directory(), place)
    }

    /// Enters `cell` into the owner's table under `key`. Only for the owner.
    pub(crate) fn enter(&'static self, key: Key, cell: EdgeCell<'static>) {
        let table = self.tables.last();
        if table.is_some_and(|table| table.insert(key, cell)) {
            return;
        }
        let larger = table.map_or_else(|| Table::with_bits(FIRST_TABLE), Table::grown);
        self.tables.push(larger).insert(key, cell);
    }

    /// Returns the number of keys in the owner's table.
    pub(crate) fn keys(&self) -> usize {
        self.tables.last().map_or(0, Table::len)
    }
}
