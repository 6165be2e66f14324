//! Groups of labels that many samples share.

use std::num::NonZero;

use super::super::Text;

/// A label: its name in Prometheus, and its value.
pub type Label = (&'static str, Text);

/// A group of labels, by its number among [`Families::groups`](super::Families::groups).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Group(NonZero<u32>);

impl Group {
    /// Returns the position of the group among
    /// [`Families::groups`](super::Families::groups).
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// All groups of a snapshot.
#[derive(Debug, Default)]
pub(super) struct Groups {
    all: Vec<Label>,
    /// The end of each group in `all`.
    ends: Vec<usize>,
}

impl Groups {
    /// Adds a group of `labels`.
    pub(super) fn add<V: Into<Text>>(
        &mut self,
        labels: impl IntoIterator<Item = (&'static str, V)>,
    ) -> Group {
        let labels = labels.into_iter().map(|(name, value)| (name, value.into()));
        self.all.extend(labels);
        self.ends.push(self.all.len());
        // Groups are a few per function and caller, of which there are 2^24 at most.
        let number = u32::try_from(self.ends.len()).ok().and_then(NonZero::new);
        Group(number.unwrap_or(NonZero::<u32>::MAX))
    }

    /// Returns every group, in the order of their numbers.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &[Label]> {
        (0..self.ends.len()).map(|at| {
            let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
            &self.all[start..self.ends[at]]
        })
    }
}
