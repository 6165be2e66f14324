//! Ring of rows of small numbers, one row per step, encoded in few bytes.

use std::collections::VecDeque;

/// The newest rows of one counted thing. A new row replaces the oldest.
///
/// Only numbers above zero are stored, as variable-length integers of seven bits per byte with a
/// continuation bit (LEB128). One bit of a number's first byte marks that zeros precede the number,
/// and their count follows the number. So a row of zeros takes the two bytes of its length. Each
/// number below 64 adds one byte, below 8,192 two, and each gap one more.
#[derive(Debug, Default)]
pub(crate) struct CompactRows {
    /// Length of each row in bytes, oldest first.
    lengths: VecDeque<u16>,
    bytes: VecDeque<u8>,
}

/// Range of rows, counted from the newest, which has age 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ages {
    pub(crate) first: usize,
    pub(crate) count: usize,
}

impl CompactRows {
    /// Adds a row of numbers with ascending indexes, and drops the oldest rows beyond `most`.
    pub(crate) fn push(&mut self, row: impl Iterator<Item = (usize, u64)>, most: usize) {
        while self.lengths.len() >= most.max(1) {
            let oldest = self.lengths.pop_front().map_or(0, usize::from);
            self.bytes.drain(..oldest);
        }
        let before = self.bytes.len();
        let mut next = 0;
        for (place, number) in row.filter(|(_, number)| *number > 0) {
            let zeros = (place - next) as u64;
            let has_gap = u64::from(zeros > 0) << 6;
            self.put(number & 0x3f | has_gap, number >> 6);
            if zeros > 0 {
                self.put(zeros & 0x7f, zeros >> 7);
            }
            next = place + 1;
        }
        let Ok(length) = u16::try_from(self.bytes.len() - before) else {
            // A row this long has more numbers than there are fine buckets. A missing row is better
            // than a wrong one.
            self.bytes.truncate(before);
            self.push_length(0, most);
            return;
        };
        self.push_length(length, most);
    }

    /// Calls `add` with index and value of each number of the rows at `ages`.
    pub(crate) fn visit(&self, ages: Ages, mut add: impl FnMut(usize, u64)) {
        let rows = self.len();
        let newest = rows.saturating_sub(ages.first);
        let oldest = newest.saturating_sub(ages.count);
        let begin = self.bytes_of(0..oldest);
        let range = begin..begin + self.bytes_of(oldest..newest);
        // The ring of bytes has two slices, and rows mostly lie in one of them.
        let (front, back) = self.bytes.as_slices();
        let copied: Vec<u8>;
        let mut bytes = if range.end <= front.len() {
            &front[range]
        } else if range.start >= front.len() {
            &back[range.start - front.len()..range.end - front.len()]
        } else {
            copied = self.bytes.range(range).copied().collect();
            &copied
        };
        for &length in self.lengths.range(oldest..newest) {
            let (mut row, rest) = bytes.split_at(usize::from(length).min(bytes.len()));
            bytes = rest;
            let mut at = 0;
            while let Some((first, more)) = take(&mut row) {
                let number = first & 0x3f | more << 6;
                if first & 0x40 != 0 {
                    let (first, more) = take(&mut row).unwrap_or_default();
                    at += usize::try_from(first | more << 7).unwrap_or(usize::MAX - at);
                }
                add(at, number);
                at += 1;
            }
        }
    }

    /// Returns the number of rows.
    pub(crate) fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Returns the size of its allocations, in bytes.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity() + 2 * self.lengths.capacity()
    }

    /// Sums the row lengths from the nearer end.
    fn bytes_of(&self, rows: std::ops::Range<usize>) -> usize {
        let sum = |rows: std::ops::Range<usize>| -> usize {
            self.lengths.range(rows).map(|&n| usize::from(n)).sum()
        };
        if rows.start == 0 && rows.end > self.len() / 2 {
            return self.bytes.len() - sum(rows.end..self.len());
        }
        sum(rows)
    }

    fn push_length(&mut self, length: u16, most: usize) {
        if self.lengths.len() == self.lengths.capacity() {
            let room = most.saturating_sub(self.lengths.len()).clamp(1, 64);
            self.lengths.reserve_exact(room);
        }
        self.lengths.push_back(length);
    }

    /// Appends a byte with seven bits, and the further bytes that `more` needs.
    fn put(&mut self, first: u64, mut more: u64) {
        // At most ten bytes are appended. Growing by an eighth wastes less than doubling.
        if self.bytes.capacity() - self.bytes.len() < 10 {
            let room = (self.bytes.len() / 8).max(64);
            self.bytes.reserve_exact(room);
        }
        let mut byte = first;
        while more > 0 {
            self.bytes.push_back((byte & 0x7f) as u8 | 0x80);
            byte = more & 0x7f;
            more >>= 7;
        }
        self.bytes.push_back((byte & 0x7f) as u8);
    }
}

/// Returns the seven bits of the next byte, and the value of its continuation bytes. `None` at the
/// end.
fn take(bytes: &mut &[u8]) -> Option<(u64, u64)> {
    let mut next = || {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        Some(byte)
    };
    let mut byte = next()?;
    let first = u64::from(byte & 0x7f);
    let mut more = 0_u64;
    for shift in (0..64).step_by(7) {
        if byte < 0x80 {
            break;
        }
        byte = next()?;
        more |= u64::from(byte & 0x7f) << shift;
    }
    Some((first, more))
}

#[cfg(test)]
mod tests {
    use super::{Ages, CompactRows};

    fn row(ring: &CompactRows, age: usize) -> [u64; 4] {
        let mut sums = [0; 4];
        let ages = Ages {
            first: age,
            count: 1,
        };
        ring.visit(ages, |at, number| sums[at] += number);
        sums
    }

    fn push(ring: &mut CompactRows, row: &[u64], most: usize) {
        ring.push(row.iter().copied().enumerate(), most);
    }

    #[test]
    fn rows_read_back_unchanged() {
        let rows = [
            [0, 0, 0, 0],
            [1, 2, 3, 4],
            [0, 63, 64, 128],
            [u64::MAX, 0, 0, 1],
            [0, 0, 0, 0],
            [8_191, 8_192, 0, 1 << 40],
            [0, u64::MAX, 0, u64::MAX],
        ];
        let mut ring = CompactRows::default();
        for row in &rows {
            push(&mut ring, row, 10);
        }
        for (age, expected) in rows.iter().rev().enumerate() {
            assert_eq!(row(&ring, age), *expected, "age {age}");
        }
        assert_eq!(row(&ring, rows.len()), [0; 4], "before the first");
    }

    #[test]
    fn row_may_begin_with_many_zeros() {
        let mut ring = CompactRows::default();
        for zeros in [127, 128, 391, 16_383, 16_384] {
            ring.push([(zeros, 5), (zeros + 1, 300)].into_iter(), 1);
            let mut found = Vec::new();
            let newest = Ages { first: 0, count: 1 };
            ring.visit(newest, |place, number| found.push((place, number)));
            assert_eq!(found, [(zeros, 5), (zeros + 1, 300)]);
        }
    }

    #[test]
    fn oldest_rows_are_dropped() {
        let mut ring = CompactRows::default();
        for step in 1..=1000_u64 {
            push(&mut ring, &[step, 0, step * step, 0], 7);
        }
        assert_eq!(ring.len(), 7);
        let ages = [(0, 1000), (1, 999), (6, 994)];
        for (age, step) in ages {
            assert_eq!(row(&ring, age), [step, 0, step * step, 0]);
        }
        assert_eq!(row(&ring, 7), [0; 4]);
        let mut sum = 0;
        let all = Ages {
            first: 0,
            count: 100,
        };
        ring.visit(all, |at, number| sum += if at == 0 { number } else { 0 });
        assert_eq!(sum, (994..=1000).sum::<u64>());
    }

    #[test]
    fn memory_is_constant_once_full() {
        let mut ring = CompactRows::default();
        for step in 0..5_000 {
            push(&mut ring, &[step % 100, 0, 7], 300);
        }
        let full = ring.capacity();
        for step in 0..50_000 {
            push(&mut ring, &[step % 100, 0, 7], 300);
        }
        assert_eq!(ring.capacity(), full);
        assert!(full < 300 * (2 + 4) * 9 / 8 + 256, "{full}");
    }
}
