//! Validation of service names, which are given with `--service`.

use crate::{Error, error::Kind};

/// Checks that `names` have no control characters, as they get into queries, rules and messages.
///
/// # Errors
///
/// Returns an error if one has a line break or another character that controls a terminal.
pub(crate) fn check<'a>(names: impl IntoIterator<Item = &'a String>) -> Result<(), Error> {
    match names
        .into_iter()
        .find(|name| name.contains(char::is_control))
    {
        Some(name) => Err(Kind::Service { name: name.clone() }.into()),
        None => Ok(()),
    }
}
