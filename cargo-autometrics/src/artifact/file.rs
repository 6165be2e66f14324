//! Reads a file that may be a compiled program, or anything else.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use crate::{Error, error::Kind};

/// Reads the file `path` into memory, at most as many bytes as its metadata state.
///
/// The file is read and not mapped: a map would be `unsafe`, as the program may be built again
/// meanwhile. A regular file of any kind is read whole; [`super::content`] recognises later that a
/// film is no program.
///
/// # Errors
///
/// Returns an error if it is a directory, not a regular file, empty, too large for the memory, or
/// cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let unreadable = |source| {
        Error::from(Kind::Read {
            path: path.to_owned(),
            source,
        })
    };
    let about = fs::metadata(path).map_err(unreadable)?;
    let path_of = || path.to_owned();
    if about.is_dir() {
        return Err(Kind::Directory { path: path_of() }.into());
    }
    // Reading a pipe or a device might never end.
    if !about.is_file() {
        return Err(Kind::Special { path: path_of() }.into());
    }
    if about.len() == 0 {
        return Err(Kind::Empty { path: path_of() }.into());
    }
    let mut bytes = Vec::new();
    usize::try_from(about.len())
        .ok()
        .and_then(|length| bytes.try_reserve_exact(length).ok())
        .ok_or_else(|| unreadable(io::ErrorKind::OutOfMemory.into()))?;
    let file = File::open(path).map_err(unreadable)?;
    file.take(about.len())
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}
