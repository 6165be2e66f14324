//! Installs tools once, and again after their list of versions has changed.

use std::{
    fs::{self, File},
    path::Path,
    process::Command,
};

/// Ensures that `install` has run for the present contents of `list`, and that its `folder` still
/// exists.
///
/// A second caller waits for the first, also in another process.
pub(crate) fn ensure(list: &Path, folder: &Path, install: impl FnOnce()) {
    let lock = File::open(list).unwrap_or_else(|error| panic!("{}: {error}", list.display()));
    lock.lock().unwrap();
    let wanted = fs::read(list).unwrap();
    let stamp = folder.join(".made-from");
    if fs::read(&stamp).is_ok_and(|made_from| made_from == wanted) {
        return;
    }
    install();
    // Written at the end, so that an interrupted installation runs again.
    fs::write(&stamp, wanted).unwrap();
}

/// Runs `command` to its end, and returns its output. Panics with the output if it fails.
#[track_caller]
pub(crate) fn run(command: &mut Command, missing: &str) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("cannot run `{program}`: {error}; {missing}"));
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{command:?} failed:\n{said}");
    said
}
