//! One thing that is counted, at both steps of the history.

use super::{
    column::{Ages, Column},
    timeline::{Ring, Span, Steps},
};

/// The rows of the newest steps, fine and coarse, and what has been counted
/// since the last coarse step ended.
#[derive(Debug)]
pub(crate) struct Series<R> {
    fine: Column,
    coarse: Column,
    pending: R,
}

/// Numbers that are counted together.
pub(crate) trait Row: Clone {
    /// Returns a row of zeros.
    fn zeros() -> Self;
    /// Makes all numbers zero.
    fn clear(&mut self);
    /// Adds the numbers of a later step.
    fn add(&mut self, later: &Self);
    /// Returns the numbers above zero, by ascending place.
    fn numbers(&self) -> impl Iterator<Item = (usize, u64)>;
    /// Returns how much memory it holds, in bytes, beside itself.
    #[cfg(test)]
    fn bytes(&self) -> usize;
}

/// What a coarse step makes of the fine ones in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    /// What was counted in them.
    Sum,
    /// What was measured at the end of the last one.
    Last,
}

impl<R: Row> Series<R> {
    pub(crate) fn new() -> Self {
        Self {
            fine: Column::default(),
            coarse: Column::default(),
            pending: R::zeros(),
        }
    }

    /// Adds a fine step, which `ends_coarse` step or not.
    pub(crate) fn push(&mut self, row: &R, fold: Fold, ends_coarse: bool, steps: Steps) {
        self.fine.push(row.numbers(), steps.fine);
        match fold {
            Fold::Sum => self.pending.add(row),
            Fold::Last => self.pending.clone_from(row),
        }
        if ends_coarse {
            self.coarse.push(self.pending.numbers(), steps.coarse);
            self.pending.clear();
        }
    }

    /// Passes what was counted in `span` to `add`, with places in the row.
    pub(crate) fn visit(&self, span: &Span, mut add: impl FnMut(usize, u64)) {
        self.ring(span.ring).visit(span.ages, &mut add);
        if span.pending {
            self.pending
                .numbers()
                .for_each(|(place, number)| add(place, number));
        }
    }

    /// Passes what was counted in `count` steps to `add`, the newest of them `age` steps old.
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

    /// How much memory it holds, in bytes, itself included.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + self.fine.capacity() + self.coarse.capacity() + self.pending.bytes()
    }

    fn ring(&self, ring: Ring) -> &Column {
        match ring {
            Ring::Fine => &self.fine,
            Ring::Coarse => &self.coarse,
        }
    }
}

impl<const N: usize> Series<[u64; N]> {
    /// Returns the sums of what was counted in `span`.
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
