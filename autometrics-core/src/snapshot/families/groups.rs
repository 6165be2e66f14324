//! Groups of labels that many samples share.

use std::{borrow::Cow, num::NonZero};

/// Name and value of a label. The name is that of Prometheus.
pub type Label = (&'static str, Cow<'static, str>);

/// A group of labels, identified by its position in [`Families::groups`](super::Families::groups).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Group(NonZero<u32>);

impl Group {
    /// Returns the position of the group in [`Families::groups`](super::Families::groups), starting
    /// at 0.
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// All groups of a snapshot.
#[derive(Debug, Default)]
pub(super) struct Groups {
    all: Vec<Label>,
    /// End of each group in `all`.
    ends: Vec<usize>,
}

impl Groups {
    /// Adds a group of `labels` and returns it.
    pub(super) fn add<V: Into<Cow<'static, str>>>(
        &mut self,
        labels: impl IntoIterator<Item = (&'static str, V)>,
    ) -> Group {
        let labels = labels.into_iter().map(|(name, value)| (name, value.into()));
        self.all.extend(labels);
        self.ends.push(self.all.len());
        // There are a few groups per function and caller, and at most 2^24 functions and callers.
        let number = u32::try_from(self.ends.len()).ok().and_then(NonZero::new);
        Group(number.unwrap_or(NonZero::<u32>::MAX))
    }

    /// Returns the labels of every group, in order.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &[Label]> {
        (0..self.ends.len()).map(|at| {
            let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
            &self.all[start..self.ends[at]]
        })
    }
}
