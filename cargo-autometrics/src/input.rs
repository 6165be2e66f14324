//! Text files that are given on the command line.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use crate::{Error, error::Kind};

/// Maximum size of a text file in bytes, a thousand times that of a large rule file.
const LONGEST: u64 = 64 << 20;

/// Reads the text file `path`.
///
/// # Errors
///
/// Returns an error if it is not a regular file, as pipes and devices may never end, if it is
/// longer than 64 MiB, or if it cannot be read as UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String, Error> {
    let path_of = || path.to_owned();
    let unreadable = |source| Kind::Read {
        path: path_of(),
        source,
    };
    let about = fs::metadata(path).map_err(unreadable)?;
    // A directory is reported with the system's own error message.
    if !about.is_file() && !about.is_dir() {
        return Err(Kind::SpecialInput { path: path_of() }.into());
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut text = String::new();
    // A file may grow, and some files in /proc are longer than their metadata state.
    let length = file
        .take(LONGEST + 1)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    if length as u64 > LONGEST {
        return Err(unreadable(io::ErrorKind::FileTooLarge.into()).into());
    }
    Ok(text)
}
