//! One thing that is counted, at both steps of the history.

use super::{
    column::{Ages, Column},
    timeline::{Span, Steps},
};

/// The numbers of the newest steps, fine and coarse, and what has been counted
/// since the last coarse step ended.
#[derive(Debug)]
pub(crate) struct Series {
    fine: Column,
    coarse: Column,
    pending: Box<[u64]>,
}

/// What a coarse step makes of the fine ones in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    /// What was counted in them.
    Sum,
    /// What was measured at the end of the last one.
    Last,
}

/// A ring to read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ring {
    Fine,
    Coarse,
}

impl Series {
    /// A series of `width` numbers per step.
    pub(crate) fn new(width: usize) -> Self {
        Self {
            fine: Column::default(),
            coarse: Column::default(),
            pending: vec![0; width].into(),
        }
    }

    /// Adds a fine step, which `ends_coarse` step or not.
    pub(crate) fn push(&mut self, row: &[u64], fold: Fold, ends_coarse: bool, steps: Steps) {
        self.fine.push(row, steps.fine);
        for (pending, &number) in self.pending.iter_mut().zip(row) {
            *pending = match fold {
                Fold::Sum => pending.saturating_add(number),
                Fold::Last => number,
            };
        }
        if ends_coarse {
            self.coarse.push(&self.pending, steps.coarse);
            self.pending.fill(0);
        }
    }

    /// Adds what was counted in `span` to `sums`.
    pub(crate) fn add_to(&self, sums: &mut [u64], span: &Span) {
        self.ring(span.ring).add_to(sums, span.ages);
        if span.pending {
            for (sum, &pending) in sums.iter_mut().zip(&self.pending) {
                *sum = sum.saturating_add(pending);
            }
        }
    }

    /// Adds `count` steps to `sums`, the newest of them `age` steps old.
    pub(crate) fn add_steps(&self, sums: &mut [u64], ring: Ring, age: usize, count: usize) {
        let ages = Ages { first: age, count };
        self.ring(ring).add_to(sums, ages);
    }

    /// How much memory it holds, in bytes, itself included.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.fine.capacity()
            + self.coarse.capacity()
            + size_of_val(&*self.pending)
    }

    fn ring(&self, ring: Ring) -> &Column {
        match ring {
            Ring::Fine => &self.fine,
            Ring::Coarse => &self.coarse,
        }
    }
}
