//! Text files that someone names on the command line.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use crate::{Error, error::Kind};

/// The most bytes of a text file: a thousand times what a large rule file has.
const LONGEST: u64 = 64 << 20;

/// Reads the text file `path`.
///
/// # Errors
///
/// When it is not a regular file, as pipes and devices may never end, when it is longer than
/// 64 MiB, and when it cannot be read as UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String, Error> {
    let path_of = || path.to_owned();
    let unreadable = |source| Kind::Read {
        path: path_of(),
        source,
    };
    let about = fs::metadata(path).map_err(unreadable)?;
    // Reading a directory fails with words of the system's own.
    if !about.is_file() && !about.is_dir() {
        return Err(Kind::SpecialInput { path: path_of() }.into());
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut text = String::new();
    // A file may grow, and some of /proc are longer than they say.
    let length = file
        .take(LONGEST + 1)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    if length as u64 > LONGEST {
        return Err(unreadable(io::ErrorKind::FileTooLarge.into()).into());
    }
    Ok(text)
}
