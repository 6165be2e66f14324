//! The objectives of one function.

use slo_spec::Objective;

use super::Promise;

/// The most objectives that one function may belong to.
const MOST: usize = 8;

/// The objectives that a function belongs to, without an allocation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Objectives<'a> {
    /// Those that there are, from the first place on.
    all: [Option<Promise<'a>>; MOST],
}

impl<'a> Objectives<'a> {
    /// No objective.
    pub const NONE: Self = Self { all: [None; MOST] };

    /// Returns the objectives one by one.
    pub fn iter(&self) -> impl Iterator<Item = Promise<'a>> + use<'a> {
        self.all.into_iter().flatten()
    }

    /// Returns the objective at `index`, if there are so many.
    pub const fn get(&self, index: usize) -> Option<&Promise<'a>> {
        if index < MOST {
            self.all[index].as_ref()
        } else {
            None
        }
    }

    /// Adds an objective, or returns `None` if there are 8 already.
    pub(super) fn push(&mut self, objective: Promise<'a>) -> Option<()> {
        let free = self.all.iter_mut().find(|place| place.is_none())?;
        *free = Some(objective);
        Some(())
    }
}

impl Objectives<'static> {
    /// Returns the record of `objectives`.
    ///
    /// # Panics
    ///
    /// When there are more than 8, and when two have the same name. In a
    /// `const` that is a compile error.
    pub const fn of(objectives: &[Objective]) -> Self {
        assert!(
            objectives.len() <= MOST,
            "a function belongs to 8 objectives at most"
        );
        let (mut all, mut i) = (Self::NONE.all, 0);
        while i < objectives.len() {
            let mut other = 0;
            while other < i {
                assert!(
                    !is_same(objectives[i].name(), objectives[other].name()),
                    "two objectives of the function have the same name: their calls could not be told apart"
                );
                other += 1;
            }
            all[i] = Some(Promise::of(&objectives[i]));
            i += 1;
        }
        Self { all }
    }
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut i = 0;
    while i < one.len() {
        if one[i] != other[i] {
            return false;
        }
        i += 1;
    }
    true
}
