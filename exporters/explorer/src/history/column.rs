//! Rows of small numbers, one row per step, in few bytes.

use std::collections::VecDeque;

/// The newest rows of one thing that is counted; the oldest go as new ones come.
///
/// Only numbers above zero are kept, each as how many zeros stand before it and
/// itself, in as many bytes as they need (LEB128). A row of zeros takes the two
/// bytes of its length, a number below 128 takes two more, one below 16,384
/// takes three.
#[derive(Debug, Default)]
pub(crate) struct Column {
    /// Bytes per row, oldest first.
    lengths: VecDeque<u16>,
    bytes: VecDeque<u8>,
}

/// Rows counted from the newest, which is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ages {
    pub(crate) first: usize,
    pub(crate) count: usize,
}

impl Column {
    /// Adds a row, and drops the oldest of more than `most`.
    pub(crate) fn push(&mut self, row: &[u64], most: usize) {
        while self.lengths.len() >= most.max(1) {
            let oldest = self.lengths.pop_front().map_or(0, usize::from);
            self.bytes.drain(..oldest);
        }
        let before = self.bytes.len();
        let mut zeros = 0;
        for &number in row {
            if number == 0 {
                zeros += 1;
                continue;
            }
            self.put(zeros);
            self.put(number);
            zeros = 0;
        }
        let Ok(length) = u16::try_from(self.bytes.len() - before) else {
            // More than any bounds make; better no row than a wrong one.
            self.bytes.truncate(before);
            self.push_length(0, most);
            return;
        };
        self.push_length(length, most);
    }

    /// Adds the rows at `ages` to `sums`, number by number.
    pub(crate) fn add_to(&self, sums: &mut [u64], ages: Ages) {
        let rows = self.len();
        let newest = rows.saturating_sub(ages.first);
        let oldest = newest.saturating_sub(ages.count);
        let begin = self.bytes_of(0..oldest);
        let range = begin..begin + self.bytes_of(oldest..newest);
        // A ring of bytes is two slices, and rows mostly lie in one of them.
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
            while let (Some(zeros), Some(number)) = (take(&mut row), take(&mut row)) {
                at += usize::try_from(zeros).unwrap_or(usize::MAX - at);
                if let Some(sum) = sums.get_mut(at) {
                    *sum = sum.saturating_add(number);
                }
                at += 1;
            }
        }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.lengths.len()
    }

    /// How much memory it holds, in bytes, beside itself.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity() + 2 * self.lengths.capacity()
    }

    /// Summed over the shorter way, from one of the ends.
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

    fn put(&mut self, mut number: u64) {
        // At most ten bytes. Growing by an eighth wastes less than doubling.
        if self.bytes.capacity() - self.bytes.len() < 10 {
            let room = (self.bytes.len() / 8).max(64);
            self.bytes.reserve_exact(room);
        }
        while number >= 0x80 {
            self.bytes.push_back((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push_back((number & 0x7f) as u8);
    }
}

/// The next number, if there is one.
fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::{Ages, Column};

    fn row(column: &Column, age: usize) -> [u64; 4] {
        let mut sums = [0; 4];
        let ages = Ages {
            first: age,
            count: 1,
        };
        column.add_to(&mut sums, ages);
        sums
    }

    #[test]
    fn rows_come_back_as_they_were() {
        let rows = [
            [0, 0, 0, 0],
            [1, 2, 3, 4],
            [0, 127, 0, 128],
            [u64::MAX, 0, 0, 1],
            [0, 0, 0, 0],
            [16_383, 16_384, 0, 1 << 40],
        ];
        let mut column = Column::default();
        for row in &rows {
            column.push(row, 10);
        }
        for (age, expected) in rows.iter().rev().enumerate() {
            assert_eq!(row(&column, age), *expected, "age {age}");
        }
        assert_eq!(row(&column, rows.len()), [0; 4], "before the first");
    }

    #[test]
    fn the_oldest_rows_go() {
        let mut column = Column::default();
        for step in 1..=1000_u64 {
            column.push(&[step, 0, step * step, 0], 7);
        }
        assert_eq!(column.len(), 7);
        let ages = [(0, 1000), (1, 999), (6, 994)];
        for (age, step) in ages {
            assert_eq!(row(&column, age), [step, 0, step * step, 0]);
        }
        assert_eq!(row(&column, 7), [0; 4]);
        let mut sums = [0; 1];
        let all = Ages {
            first: 0,
            count: 100,
        };
        column.add_to(&mut sums, all);
        assert_eq!(sums, [(994..=1000).sum::<u64>()]);
    }

    #[test]
    fn memory_stays_where_it_is_once_full() {
        let mut column = Column::default();
        for step in 0..5_000 {
            column.push(&[step % 100, 0, 7], 300);
        }
        let full = column.capacity();
        for step in 0..50_000 {
            column.push(&[step % 100, 0, 7], 300);
        }
        assert_eq!(column.capacity(), full);
        assert!(full < 300 * (2 + 4) * 9 / 8 + 256, "{full}");
    }
}
