//! What is installed once, and again when what it was made from has changed.

use std::{
    fs::{self, File},
    path::Path,
    process::Command,
};

/// Sees to it that `install` was run for the present content of `list`, and that
/// `folder`, which it makes, is still there.
///
/// Whoever comes second waits for the first, in another process too.
pub(crate) fn ensure(list: &Path, folder: &Path, install: impl FnOnce()) {
    let lock = File::open(list).unwrap_or_else(|error| panic!("{}: {error}", list.display()));
    lock.lock().unwrap();
    let wanted = fs::read(list).unwrap();
    let stamp = folder.join(".made-from");
    if fs::read(&stamp).is_ok_and(|made_from| made_from == wanted) {
        return;
    }
    install();
    // At the end, so that an installation that was cut short is none.
    fs::write(&stamp, wanted).unwrap();
}

/// Runs `command` to its end, and fails with what it says.
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
