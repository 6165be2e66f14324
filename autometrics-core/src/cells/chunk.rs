//! The memory of a set's cells: chunks of words, found by number.

use super::List;
use crate::sync::{AtomicU64, OnceLock, Ordering};

/// The first chunk of a set, in words; each further one is twice as large.
#[cfg(not(loom))]
const FIRST_CHUNK: usize = 256;
#[cfg(loom)]
const FIRST_CHUNK: usize = 12;
/// No chunk is larger than this, in words, unless one cell is.
const LARGEST_CHUNK: usize = 1 << OFFSET_BITS;
/// Unused words at either end of a chunk, so that the cells of two threads never share a cache
/// line (128 bytes, as lines are fetched in pairs).
#[cfg(not(loom))]
const PADDING: usize = 16;
#[cfg(loom)]
const PADDING: usize = 1;
/// The word of a chunk that holds the end of its cells. It is within the padding.
const END: usize = 0;
/// The number of chunks in the first directory of a set.
const FIRST_DIRECTORY: usize = 4;
/// The bits of a location for the position of the word in its chunk.
const OFFSET_BITS: u32 = 14;

/// The number of a chunk and a word in it.
///
/// The first word of a chunk is in no cell, so 0 is never the location of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Location(u32);

impl Location {
    /// Returns the location, or `None` when it has more bits than there are for it.
    fn new(chunk: usize, offset: usize) -> Option<Self> {
        let fits = offset < 1 << OFFSET_BITS && chunk < 1 << (u32::BITS - OFFSET_BITS);
        let bits = fits.then_some(chunk << OFFSET_BITS | offset)?;
        u32::try_from(bits).ok().map(Self)
    }

    #[inline]
    pub(super) fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Returns the location of a cell with these bits, which are zeros for none.
    pub(super) fn of_cell(bits: u32) -> Option<Self> {
        (bits != 0).then_some(Self(bits))
    }

    #[inline]
    pub(super) fn bits(self) -> u32 {
        self.0
    }

    #[inline]
    fn chunk(self) -> usize {
        (self.0 >> OFFSET_BITS) as usize
    }

    #[inline]
    fn offset(self) -> usize {
        (self.0 & ((1 << OFFSET_BITS) - 1)) as usize
    }

    /// Returns the location so many words further on in the same chunk, or `None` where a location
    /// has no bits for it.
    pub(super) fn plus(self, words: usize) -> Option<Self> {
        Self::new(self.chunk(), self.offset() + words)
    }
}

/// Words of cells, one cell behind the other.
type Chunk = &'static [AtomicU64];

/// The chunks of a set, as its owner finds them by number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Directory(&'static [OnceLock<Chunk>]);

impl Directory {
    pub(super) const EMPTY: Self = Self(&[]);

    /// Returns the word at a location.
    #[inline]
    pub(super) fn word(self, location: Location) -> Option<&'static AtomicU64> {
        self.0.get(location.chunk())?.get()?.get(location.offset())
    }

    /// Returns the words from a location to the end of its chunk.
    pub(super) fn words(self, location: Location) -> Option<&'static [AtomicU64]> {
        self.0
            .get(location.chunk())?
            .get()?
            .get(location.offset()..)
    }

    fn chunks(self) -> impl DoubleEndedIterator<Item = Chunk> {
        self.0.iter().filter_map(|chunk| chunk.get().copied())
    }
}

/// All chunks of a set.
#[derive(Debug)]
pub(super) struct Chunks {
    /// The last one has all chunks. Each has twice as many places as the one before, and the
    /// same chunks first.
    directories: List<Box<[OnceLock<Chunk>]>>,
}

impl Chunks {
    pub(super) fn new() -> Self {
        Self {
            directories: List::new(),
        }
    }

    pub(super) fn directory(&'static self) -> Directory {
        let last = self.directories.last();
        last.map_or(Directory::EMPTY, |last| Directory(last))
    }

    /// Appends a cell of so many words, which `name` fills in before readers see it. Only for the
    /// owner.
    pub(super) fn append<T>(
        &'static self,
        words: usize,
        name: impl FnOnce(&'static [AtomicU64]) -> Option<T>,
    ) -> Option<(T, Location)> {
        let directory = self.directory();
        let count = directory.chunks().count();
        let last = directory.chunks().next_back();
        let fitting = last.filter(|chunk| end(chunk) + words + PADDING <= chunk.len());
        let (number, chunk) = if let Some(chunk) = fitting {
            (count - 1, chunk)
        } else {
            let length = last.map_or(FIRST_CHUNK, |chunk| chunk.len() * 2);
            let length = length.min(LARGEST_CHUNK).max(words + 2 * PADDING);
            (count, self.push(directory, count, length)?)
        };
        let start = end(chunk);
        let location = Location::new(number, start)?;
        let cell = name(chunk.get(start..start + words)?)?;
        // Release: a reader that sees the new end also sees the header of the cell.
        chunk[END].store((start + words) as u64, Ordering::Release);
        Some((cell, location))
    }

    /// Adds the chunk with this number.
    fn push(&'static self, directory: Directory, number: usize, length: usize) -> Option<Chunk> {
        let chunk: Chunk = (0..length)
            .map(|_| AtomicU64::new(0))
            .collect::<Vec<_>>()
            .leak();
        // Relaxed: readers find the chunk in a `OnceLock`, which orders this store before.
        chunk[END].store(PADDING as u64, Ordering::Relaxed);
        let mut places = directory.0;
        if number >= places.len() {
            let length = (places.len() * 2).max(FIRST_DIRECTORY);
            let larger: Box<[_]> = (0..length).map(|_| OnceLock::new()).collect();
            for (place, chunk) in larger.iter().zip(directory.chunks()) {
                // Fails for no one: the directory is new.
                let _ = place.set(chunk);
            }
            places = self.directories.push(larger);
        }
        places.get(number)?.set(chunk).ok()?;
        Some(chunk)
    }

    /// Returns the words of the cells that readers see, by chunk.
    pub(super) fn iter(&'static self) -> impl Iterator<Item = &'static [AtomicU64]> {
        self.directory().chunks().filter_map(|chunk| {
            // Acquire: see `append`.
            let end = chunk[END].load(Ordering::Acquire);
            chunk.get(PADDING..usize::try_from(end).ok()?)
        })
    }
}

/// Returns the end of the cells of a chunk. Only for the owner.
fn end(chunk: Chunk) -> usize {
    // Relaxed: only the owner stores it.
    usize::try_from(chunk[END].load(Ordering::Relaxed)).unwrap_or(usize::MAX)
}
