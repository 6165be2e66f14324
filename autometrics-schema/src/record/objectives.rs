//! The objectives of one function.

use slo_spec::Objective;

use super::{Promise, promise};

/// The objectives that a function belongs to: from the code, or from a record, which
/// are decoded one by one.
#[derive(Clone, Copy, Debug)]
pub struct Objectives<'a> {
    listed: &'a [Objective],
    /// The fields of a decoded record; empty otherwise.
    fields: &'a [u8],
}

impl<'a> Objectives<'a> {
    /// The empty list, for a function without `objective`.
    pub const NONE: Self = Self {
        listed: &[],
        fields: &[],
    };

    /// Returns `objectives` for a record that is to be encoded.
    ///
    /// # Panics
    ///
    /// If two have the same name. In a `const` that is a compile error.
    pub const fn of(objectives: &'a [Objective]) -> Self {
        let mut i = 0;
        while i < objectives.len() {
            let mut other = 0;
            while other < i {
                assert!(
                    !is_same(objectives[i].name(), objectives[other].name()),
                    "two objectives of the function have the same name: their calls could not be distinguished"
                );
                other += 1;
            }
            i += 1;
        }
        Self {
            listed: objectives,
            fields: &[],
        }
    }

    /// Returns the objectives among the fields of a record. The caller has checked that each can be decoded.
    pub(super) const fn read(fields: &'a [u8]) -> Self {
        Self {
            listed: &[],
            fields,
        }
    }

    /// Returns an iterator over the objectives, in the order of the code.
    pub fn iter(&self) -> impl Iterator<Item = Promise<'a>> + use<'a> {
        let listed = self
            .listed
            .iter()
            .map(|it| -> Promise<'a> { Promise::of(it) });
        listed.chain(promise::decode_all(self.fields))
    }

    /// Returns the objectives from the code; none for a decoded record.
    pub(super) const fn listed(&self) -> &'a [Objective] {
        self.listed
    }
}

impl PartialEq for Objectives<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Objectives<'_> {}

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
