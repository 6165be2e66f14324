//! The cells of one thread, and how threads take, use and give them back.
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
//! All of it takes the same time however many threads there are, and waits for none of them.

use super::{Arena, Cell, Header, Index, Key, List, Table};
use crate::sync::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

/// The first chunk of a set, in words; each further one is twice as large.
#[cfg(not(loom))]
const FIRST_CHUNK: usize = 256;
#[cfg(loom)]
const FIRST_CHUNK: usize = 8;
/// No chunk is larger than this, in words, unless one cell is.
const LARGEST_CHUNK: usize = 16 * 1024;
/// The first table of a set has room for three quarters of 2^this keys.
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
pub(crate) struct Sets {
    all: Arena<CellSet>,
    /// The stack of free sets. The lower half is the number of the first, plus one; the upper
    /// half counts changes, so that a set that was taken and given back meanwhile is noticed.
    free: AtomicU64,
}

/// The cells of the thread that has adopted it.
#[derive(Debug)]
pub(crate) struct CellSet {
    /// Its number among all sets.
    number: u32,
    /// While it is free: the number of the free set below it, plus one.
    below: AtomicU32,
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

    /// All cells of all threads, those of threads that ended included.
    ///
    /// Not a moment in time: calls that end meanwhile may or may not be in it.
    /// But no cell is visited twice, and a later visit never sees less.
    ///
    /// `words` returns how many words a cell has.
    pub(crate) fn cells<'a>(
        &'a self,
        words: impl Fn(Header) -> usize + Copy + 'a,
    ) -> impl Iterator<Item = Cell<'a>> {
        self.all
            .iter()
            .flat_map(|set| set.chunks.iter())
            .flat_map(move |chunk| chunk.cells(words))
    }

    /// How many sets there are.
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
            chunks: List::new(),
            tables: List::new(),
        }
    }

    /// Where the owner finds the cells that it has.
    pub(crate) fn index(&'static self) -> Index {
        self.tables.last().map_or(Index::EMPTY, Table::index)
    }

    /// Makes a cell of so many words for `key`, of the edge with this number, publishes it to
    /// readers and enters it into the owner's table. Only for the owner.
    pub(crate) fn create(&'static self, key: Key, number: usize, words: usize) -> Cell<'static> {
        let last = self.chunks.last();
        let least = words + 2 * PADDING;
        let fitting = last.filter(|chunk| chunk.has_room(words));
        let chunk = fitting.unwrap_or_else(|| {
            let length = last.map_or(FIRST_CHUNK, |chunk| chunk.words.len() * 2);
            let length = length.min(LARGEST_CHUNK).max(least);
            self.chunks.push(Chunk::new(length))
        });
        let cell = chunk.create(words, key, number);
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

    /// Returns whether so many words are free. Only for the owner.
    fn has_room(&self, words: usize) -> bool {
        // Relaxed: only the owner stores it.
        self.used.load(Ordering::Relaxed) + words + PADDING <= self.words.len()
    }

    fn create(&'static self, words: usize, key: Key, number: usize) -> Option<Cell<'static>> {
        if !self.has_room(words) {
            return None;
        }
        let start = self.used.load(Ordering::Relaxed);
        let end = start + words;
        let cell = Cell(&self.words[start..end]);
        cell.name(key, number);
        // Release: who sees the new length also sees what the cell is.
        self.used.store(end, Ordering::Release);
        Some(cell)
    }

    fn cells(&self, words: impl Fn(Header) -> usize) -> impl Iterator<Item = Cell<'_>> {
        // Acquire: see `create`.
        let end = self.used.load(Ordering::Acquire);
        let mut rest = &self.words[PADDING..end];
        std::iter::from_fn(move || {
            let header = (!rest.is_empty()).then(|| Cell(rest).header())?;
            let (cell, behind) = rest.split_at_checked(words(header))?;
            rest = behind;
            Some(Cell(cell))
        })
    }
}
