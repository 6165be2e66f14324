//! Ids of functions, by their names.

use std::collections::BTreeMap;

use autometrics_context::calls::Name;

use crate::{history::History, program::observed};

/// Ids of the history's functions, by their names.
pub(super) struct Ids<'a>(BTreeMap<Name, &'a str>);

impl<'a> Ids<'a> {
    pub(super) fn of(history: &'a History) -> Self {
        let functions = history.functions.iter();
        let ids = functions.map(|function| (observed::name(function), &*function.id));
        Self(ids.collect())
    }

    pub(super) fn id(&self, name: &Name) -> &'a str {
        self.0.get(name).copied().unwrap_or_default()
    }
}
