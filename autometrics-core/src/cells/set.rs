//! The cells of one thread, and how threads take, use and give them back.
//!
//! ```text
//! adopt   a thread takes a free set, or makes one    in_use: false → true, Acquire
//! record  it alone adds to the set's cells           Relaxed load and store
//! read    anyone sums the cells of all sets          used: Acquire, then Relaxed loads
//! return  the ending thread leaves the set           in_use: true → false, Release
//! ```
//!
//! The invariant is that a set has one writer at a time: who turned `in_use` to
//! true and has not turned it back. `Release` and `Acquire` on `in_use` make the
//! next writer see the last one's counts, so none is lost when a set changes
//! hands. Counts are never reset: what a thread counted stays when it ends.

use super::{Cell, Index, Key, List, Table, words};
use crate::sync::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

/// The first chunk of a set, in words; each further one is twice as large.
#[cfg(not(loom))]
const FIRST_CHUNK: usize = 256;
#[cfg(loom)]
const FIRST_CHUNK: usize = 8;
/// No chunk is larger than this, in words, unless one cell is.
const LARGEST_CHUNK: usize = 16 * 1024;
/// The first table of a set has room for 2^this / 2 keys.
const FIRST_TABLE: u32 = 5;
/// Words at either end of a chunk that stay unused, so that the cells of two
/// threads never share a cache line (128 bytes, as lines are fetched in pairs).
#[cfg(not(loom))]
const PADDING: usize = 16;
#[cfg(loom)]
const PADDING: usize = 0;

/// The sets of all threads that ever called an instrumented function.
///
/// There are as many as there were such threads alive at once.
#[derive(Debug)]
pub(crate) struct Sets(List<CellSet>);

/// The cells of the thread that has adopted it.
#[derive(Debug)]
pub(crate) struct CellSet {
    in_use: AtomicBool,
    chunks: List<Chunk>,
    /// The last one is in use. An outgrown one may still be looked at by the
    /// owner's call further up the stack, so none is freed; together they are
    /// smaller than the last.
    tables: List<Table>,
}

/// A run of cells, one behind the other.
#[derive(Debug)]
struct Chunk {
    words: Box<[AtomicU64]>,
    /// Where the next cell goes; all before it is published.
    used: AtomicUsize,
}

impl Sets {
    #[cfg(not(loom))]
    pub(crate) const fn new() -> Self {
        Self(List::new())
    }

    #[cfg(loom)]
    pub(crate) fn new() -> Self {
        Self(List::new())
    }

    /// Takes a set that no thread uses, or makes one.
    ///
    /// The caller is its only writer until it calls [`CellSet::release`].
    pub(crate) fn adopt(&'static self) -> &'static CellSet {
        for set in self.0.iter() {
            let free = !set.in_use.load(Ordering::Relaxed);
            // Acquire: pairs with the Release of `release`, so that this
            // thread goes on from the counts that the last owner stored.
            if free
                && set
                    .in_use
                    .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
                    .is_ok()
            {
                return set;
            }
        }
        self.0.push(CellSet::in_use())
    }

    /// All cells of all threads, those of threads that ended included.
    ///
    /// Not a moment in time: calls that end meanwhile may or may not be in it.
    /// But no cell is visited twice, and a later visit never sees less.
    pub(crate) fn cells(&self, buckets: usize) -> impl Iterator<Item = Cell<'_>> {
        self.0
            .iter()
            .flat_map(|set| set.chunks.iter())
            .flat_map(move |chunk| chunk.cells(buckets))
    }

    /// How many sets there are.
    #[cfg(all(test, loom))]
    pub(crate) fn len(&self) -> usize {
        self.0.iter().count()
    }
}

impl CellSet {
    fn in_use() -> Self {
        Self {
            in_use: AtomicBool::new(true),
            chunks: List::new(),
            tables: List::new(),
        }
    }

    /// Gives the set back; the caller must not write to it any more.
    pub(crate) fn release(&self) {
        // Release: what this thread counted is seen by the next owner.
        self.in_use.store(false, Ordering::Release);
    }

    /// Where the owner finds the cells that it has.
    pub(crate) fn index(&'static self) -> Index {
        self.tables.last().map_or(Index::EMPTY, Table::index)
    }

    /// Makes a cell for `key`, publishes it to readers and enters it into the
    /// owner's table. Only for the owner.
    pub(crate) fn create(&'static self, key: Key, index: usize, buckets: usize) -> Cell<'static> {
        let size = words(key.kind(), buckets);
        let last = self.chunks.last();
        let cell = last
            .and_then(|chunk| chunk.create(size, key, index))
            .or_else(|| {
                let length = last.map_or(FIRST_CHUNK, |chunk| chunk.words.len() * 2);
                let length = length.min(LARGEST_CHUNK).max(size + 2 * PADDING);
                self.chunks
                    .push(Chunk::new(length))
                    .create(size, key, index)
            });
        let cell = cell.unwrap_or(Cell(&[]));
        self.enter(key, cell);
        cell
    }

    /// Enters `cell` into the owner's table under `key`. Only for the owner.
    pub(crate) fn enter(&'static self, key: Key, cell: Cell<'static>) {
        let table = self.tables.last();
        if table.is_some_and(|table| table.insert(key, cell)) {
            return;
        }
        let larger = table.map_or_else(|| Table::with_bits(FIRST_TABLE), Table::grown);
        self.tables.push(larger).insert(key, cell);
    }

    /// How many keys the owner's table has.
    pub(crate) fn keys(&self) -> usize {
        self.tables.last().map_or(0, Table::len)
    }
}

impl Chunk {
    fn new(length: usize) -> Self {
        Self {
            words: std::iter::repeat_with(|| AtomicU64::new(0))
                .take(length)
                .collect(),
            used: AtomicUsize::new(PADDING),
        }
    }

    fn create(&'static self, size: usize, key: Key, index: usize) -> Option<Cell<'static>> {
        // Relaxed: only the owner stores it.
        let start = self.used.load(Ordering::Relaxed);
        let end = start + size;
        if end + PADDING > self.words.len() {
            return None;
        }
        let cell = Cell(&self.words[start..end]);
        cell.name(key, index);
        // Release: who sees the new length also sees what the cell is.
        self.used.store(end, Ordering::Release);
        Some(cell)
    }

    fn cells(&self, buckets: usize) -> impl Iterator<Item = Cell<'_>> {
        // Acquire: see `create`.
        let end = self.used.load(Ordering::Acquire);
        let mut rest = &self.words[PADDING..end];
        std::iter::from_fn(move || {
            let key = Key::from_word(rest.first()?.load(Ordering::Relaxed));
            let (cell, behind) = rest.split_at_checked(words(key.kind(), buckets))?;
            rest = behind;
            Some(Cell(cell))
        })
    }
}
