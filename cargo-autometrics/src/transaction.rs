//! Files that are written together, each completely or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
    process,
};

use crate::{Error, error::Kind, output};

/// Maximum number of attempts if another run writes the same files at the same time.
const MOST_ROUNDS: usize = 20;

/// Files to write; none exists under its name before [`commit`](Self::commit).
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    files: Vec<Planned>,
}

#[derive(Debug)]
struct Planned {
    /// Path as it was given.
    path: PathBuf,
    text: String,
    /// Content of the file in a few words.
    what: String,
}

impl Transaction {
    /// Adds a file; `what` describes its content in the report on standard error.
    pub(crate) fn add(&mut self, path: &Path, text: String, what: impl Into<String>) {
        self.files.push(Planned {
            path: path.to_owned(),
            text,
            what: what.into(),
        });
    }

    /// Writes all files, and reports each on standard error.
    ///
    /// Each file is written next to its place, synchronised, and then renamed. After two runs at
    /// the same time, all files are of one of them: a run that finds a mixture writes and renames
    /// its own files again.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be written. Before the first rename, no regular file has
    /// changed.
    pub(crate) fn commit(self) -> Result<(), Error> {
        for _ in 0..MOST_ROUNDS {
            let mut staged = Vec::new();
            for file in &self.files {
                let written = Staged::write(&file.path, &file.text);
                staged.push(written.map_err(|source| file.failed(source))?);
            }
            for (file, staged) in self.files.iter().zip(staged) {
                staged.publish().map_err(|source| file.failed(source))?;
            }
            let ours = self.files.iter().filter(|file| file.is_in_place()).count();
            if ours == 0 || ours == self.files.len() {
                break;
            }
        }
        for Planned { path, what, .. } in &self.files {
            output::report(&format!("wrote {}: {what}", path.display()));
        }
        Ok(())
    }
}

impl Planned {
    fn failed(&self, source: io::Error) -> Error {
        let path = self.path.clone();
        Kind::Write { path, source }.into()
    }

    fn is_in_place(&self) -> bool {
        // Devices and pipes keep no content to compare.
        !fs::metadata(&self.path).is_ok_and(|about| about.is_file())
            || fs::read(&self.path).is_ok_and(|found| found == self.text.as_bytes())
    }
}

/// Temporary file next to its place; dropped without `publish`, it is removed.
struct Staged {
    target: PathBuf,
    temporary: Option<PathBuf>,
}

impl Staged {
    fn write(path: &Path, text: &str) -> io::Result<Self> {
        // A symbolic link stays, and the file that it points to changes.
        let target = resolved(path).unwrap_or_else(|| path.to_owned());
        let existing = match fs::metadata(&target) {
            Ok(about) => {
                // Renaming would also replace a file that must not be written.
                OpenOptions::new().write(true).open(&target)?;
                Some(about)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if existing.as_ref().is_some_and(|about| !about.is_file()) {
            // A rename would turn /dev/stdout, for example, into a file.
            OpenOptions::new()
                .write(true)
                .open(&target)?
                .write_all(text.as_bytes())?;
            return Ok(Self {
                target,
                temporary: None,
            });
        }
        let (temporary, mut file) = create_beside(&target)?;
        let staged = Self {
            target,
            temporary: Some(temporary),
        };
        file.write_all(text.as_bytes())?;
        if let Some(about) = existing {
            file.set_permissions(about.permissions())?;
        }
        file.sync_all()?;
        Ok(staged)
    }

    fn publish(mut self) -> io::Result<()> {
        let Some(temporary) = &self.temporary else {
            return Ok(());
        };
        fs::rename(temporary, &self.target)?;
        self.temporary = None;
        // The folder holds the name, so it is synchronised, too. Some file systems cannot do that.
        if let Ok(folder) = File::open(folder_of(&self.target)) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Creates a file in the folder of `target` under an unused name.
fn create_beside(target: &Path) -> io::Result<(PathBuf, File)> {
    let mut number = 0_u32;
    loop {
        let name = format!(".cargo-autometrics-{}-{number}.tmp", process::id());
        let path = folder_of(target).join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && number < 1000 => number += 1,
            created => return created.map(|file| (path, file)),
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Checks that no file of `outputs` is also another one of them, or one of `inputs`, however the
/// paths are spelled.
///
/// # Errors
///
/// Returns an error with the first output that is.
pub(crate) fn check_distinct(outputs: &[&Path], inputs: &[&Path]) -> Result<(), Error> {
    for (at, output) in outputs.iter().enumerate() {
        let others = outputs[..at].iter().chain(inputs);
        for other in others {
            if is_same(output, other) {
                return Err(Kind::SameFile {
                    path: (*output).to_owned(),
                    is_input: inputs.contains(other),
                }
                .into());
            }
        }
    }
    Ok(())
}

fn is_same(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    if let (Ok(one), Ok(other)) = (fs::metadata(one), fs::metadata(other)) {
        use std::os::unix::fs::MetadataExt as _;
        // Device and inode also find hard links, and equal names on file systems that ignore case.
        // A device may be given more than once.
        return one.is_file() && (one.dev(), one.ino()) == (other.dev(), other.ino());
    }
    resolved(one) == resolved(other)
}

/// Returns `path` without symbolic links, `.` and `..`; the file need not exist yet.
fn resolved(path: &Path) -> Option<PathBuf> {
    if let Ok(found) = fs::canonicalize(path) {
        return Some(found);
    }
    // This is a symbolic link to a file that does not exist yet.
    if let Ok(target) = fs::read_link(path) {
        let target = folder_of(path).join(target);
        return Some(
            fs::canonicalize(folder_of(&target))
                .ok()?
                .join(target.file_name()?),
        );
    }
    Some(
        fs::canonicalize(folder_of(path))
            .ok()?
            .join(path.file_name()?),
    )
}
