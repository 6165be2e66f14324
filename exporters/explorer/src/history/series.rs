//! Counts of one thing over time, in both step lengths of the history.

use super::{
    compact_rows::{Ages, CompactRows},
    timeline::{Ring, Span, Steps},
};

/// Rows of the newest fine and coarse steps, and the counts since the last coarse step ended.
#[derive(Debug)]
pub(crate) struct Series<R> {
    fine: CompactRows,
    coarse: CompactRows,
    pending: R,
}

/// Numbers that are counted together.
pub(crate) trait Row: Clone {
    /// Returns a row of zeros.
    fn zeros() -> Self;
    /// Sets all numbers to zero.
    fn clear(&mut self);
    /// Adds the numbers of a later step.
    fn add(&mut self, later: &Self);
    /// Returns the numbers above zero, by ascending index.
    fn numbers(&self) -> impl Iterator<Item = (usize, u64)>;
    /// Returns the size of its allocations, in bytes.
    #[cfg(test)]
    fn bytes(&self) -> usize;
}

/// Rule for combining fine steps into a coarse step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rollup {
    /// Sum of the fine steps, for counts.
    Sum,
    /// Value of the last fine step, for gauges.
    Last,
}

impl<R: Row> Series<R> {
    pub(crate) fn new() -> Self {
        Self {
            fine: CompactRows::default(),
            coarse: CompactRows::default(),
            pending: R::zeros(),
        }
    }

    /// Adds a fine step. With `ends_coarse`, it is the last one of a coarse step.
    pub(crate) fn push(&mut self, row: &R, rollup: Rollup, ends_coarse: bool, steps: Steps) {
        self.fine.push(row.numbers(), steps.fine);
        match rollup {
            Rollup::Sum => self.pending.add(row),
            Rollup::Last => self.pending.clone_from(row),
        }
        if ends_coarse {
            self.coarse.push(self.pending.numbers(), steps.coarse);
            self.pending.clear();
        }
    }

    /// Calls `add` with index and value of each number in `span`.
    pub(crate) fn visit(&self, span: &Span, mut add: impl FnMut(usize, u64)) {
        self.ring(span.ring).visit(span.ages, &mut add);
        if span.pending {
            self.pending
                .numbers()
                .for_each(|(place, number)| add(place, number));
        }
    }

    /// Calls `add` with index and value of each number in `count` steps, the newest of which has
    /// age `age`.
    pub(crate) fn visit_steps(
        &self,
        ring: Ring,
        age: usize,
        count: usize,
        add: impl FnMut(usize, u64),
    ) {
        let ages = Ages { first: age, count };
        self.ring(ring).visit(ages, add);
    }

    /// Returns its size in bytes, allocations included.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + self.fine.capacity() + self.coarse.capacity() + self.pending.bytes()
    }

    fn ring(&self, ring: Ring) -> &CompactRows {
        match ring {
            Ring::Fine => &self.fine,
            Ring::Coarse => &self.coarse,
        }
    }
}

impl<const N: usize> Series<[u64; N]> {
    /// Returns the sum of each number over `span`.
    pub(crate) fn sums_in(&self, span: &Span) -> [u64; N] {
        let mut sums = [0_u64; N];
        self.visit(span, |place, number| {
            sums[place] = sums[place].saturating_add(number);
        });
        sums
    }
}

impl<const N: usize> Row for [u64; N] {
    fn zeros() -> Self {
        [0; N]
    }

    fn clear(&mut self) {
        self.fill(0);
    }

    fn add(&mut self, later: &Self) {
        for (sum, &number) in self.iter_mut().zip(later) {
            *sum = sum.saturating_add(number);
        }
    }

    fn numbers(&self) -> impl Iterator<Item = (usize, u64)> {
        let numbers = self.iter().copied().enumerate();
        numbers.filter(|(_, number)| *number > 0)
    }

    #[cfg(test)]
    fn bytes(&self) -> usize {
        0
    }
}
