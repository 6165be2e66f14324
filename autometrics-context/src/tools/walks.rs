//! Suspects of the whole program.

use crate::{
    source::{Error, Objective, Side, Source},
    suspects::{Scope, Suspect, find},
};

/// Returns the suspects of the last `window` seconds.
pub(super) fn suspects(source: &dyn Source, window: f64) -> Result<Vec<Suspect>, Error> {
    let side = Side::last(window);
    let (now, before) = (source.calls(&side)?, source.calls(&side.before())?);
    Ok(find(
        &before,
        &now,
        &Objective::promises(&source.objectives()?),
        &Scope::All,
        None,
    ))
}
