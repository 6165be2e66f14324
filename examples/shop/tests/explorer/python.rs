//! Python with libraries that are installed into the target folder.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{ready, repository};

/// Remedy for a machine without Python.
pub(crate) const MISSING: &str = "install Debian's package python3-venv, or run `cargo xtask test --only browser`, which lists all that is needed";

/// Returns a command of Python with the libraries of a list in the repository, which are kept in
/// the target folder under `name`.
pub(crate) fn with(name: &str, list: &str) -> Command {
    let list = repository(list);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    ready::ensure(&list, &folder, || install(&list, &folder));
    let mut python = Command::new(python(&folder));
    python.env("PYTHONPATH", libraries(&folder));
    python.env("PYTHONIOENCODING", "utf-8");
    python
}

fn install(list: &Path, folder: &Path) {
    let _ = std::fs::remove_dir_all(folder);
    let mut venv = Command::new("python3");
    let made = venv.args(["-m", "venv"]).arg(folder).output();
    let made = made.unwrap_or_else(|error| panic!("cannot run `python3`: {error}; {MISSING}"));
    let mut pip = Command::new(if made.status.success() {
        python(folder)
    } else {
        // Without venv, pip alone is enough.
        "python3".into()
    });
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    pip.arg("--target").arg(libraries(folder));
    ready::run(pip.arg("--requirement").arg(list), MISSING);
}

/// Returns the interpreter of the environment, or the system's if there is none.
fn python(folder: &Path) -> PathBuf {
    let own = folder.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python3"
    });
    if own.exists() { own } else { "python3".into() }
}

fn libraries(folder: &Path) -> PathBuf {
    folder.join("libraries")
}
