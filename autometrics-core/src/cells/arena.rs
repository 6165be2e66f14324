//! A collection that only grows, in constant time: pushed to and read by anyone, locked by no one.

use crate::sync::{AtomicUsize, OnceLock, Ordering};

/// The number of places in the first block, as a power of two; each further one has twice as
/// many.
#[cfg(not(loom))]
const FIRST_BLOCK: u32 = 6;
#[cfg(loom)]
const FIRST_BLOCK: u32 = 1;
/// The number of blocks, which have room for 2^26 values together.
#[cfg(not(loom))]
const BLOCKS: usize = 20;
#[cfg(loom)]
const BLOCKS: usize = 2;

/// Values that never move and are never freed, each with a number from 0 on.
#[derive(Debug)]
pub(crate) struct Arena<T: 'static> {
    blocks: [OnceLock<Box<[OnceLock<T>]>>; BLOCKS],
    /// The number that the next value gets.
    next: AtomicUsize,
}

impl<T> Arena<T> {
    #[cfg(not(loom))]
    pub(crate) const fn new() -> Self {
        Self {
            blocks: [const { OnceLock::new() }; BLOCKS],
            next: AtomicUsize::new(0),
        }
    }

    #[cfg(loom)]
    pub(crate) fn new() -> Self {
        Self {
            blocks: std::array::from_fn(|_| OnceLock::new()),
            next: AtomicUsize::new(0),
        }
    }

    /// Appends the value that `make` returns for its number; `None` when the arena is full.
    pub(crate) fn push(&self, make: impl FnOnce(usize) -> T) -> Option<&T> {
        // Relaxed: the number is this caller's own.
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (block, at) = place(number);
        let slot = self.block(block)?.get(at)?;
        // Fails for no one, as every number is given once.
        let _ = slot.set(make(number));
        slot.get()
    }

    /// Returns the value with this number, once it is there.
    pub(crate) fn get(&self, number: usize) -> Option<&T> {
        let (block, at) = place(number);
        self.blocks.get(block)?.get()?.get(at)?.get()
    }

    /// Returns the values that are there, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        // A number may be given before its value is there, and before that of the next.
        let blocks = self.blocks.iter().map_while(OnceLock::get);
        blocks
            .flat_map(|block| block.iter())
            .filter_map(OnceLock::get)
    }

    /// Returns a block, made now if need be.
    fn block(&self, number: usize) -> Option<&[OnceLock<T>]> {
        let block = self.blocks.get(number)?;
        if block.get().is_none() {
            let places = 1 << (FIRST_BLOCK as usize + number);
            let new = std::iter::repeat_with(OnceLock::new).take(places);
            // Another thread may have been quicker.
            let _ = block.set(new.collect());
        }
        block.get().map(|block| &**block)
    }
}

/// Returns the block of a number, and the place in the block.
fn place(number: usize) -> (usize, usize) {
    let shifted = number.saturating_add(1 << FIRST_BLOCK);
    let block = shifted.ilog2() - FIRST_BLOCK;
    let first = 1 << (FIRST_BLOCK + block);
    (block as usize, shifted - first)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::thread;

    use super::{Arena, place};

    #[test]
    fn numbers_fill_the_blocks_one_after_the_other() {
        let places = [0, 1, 63, 64, 191, 192].map(place);
        assert_eq!(places, [(0, 0), (0, 1), (0, 63), (1, 0), (1, 127), (2, 0)]);
    }

    #[test]
    fn values_of_all_threads_are_there() {
        static ARENA: Arena<usize> = Arena::new();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        let value = ARENA.push(|number| number).unwrap();
                        assert_eq!(ARENA.get(*value), Some(value));
                    }
                });
            }
        });
        let all: Vec<usize> = ARENA.iter().copied().collect();
        assert_eq!(all, (0..2_000).collect::<Vec<_>>());
    }
}
