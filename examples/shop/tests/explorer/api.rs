//! Schemathesis asks the API what its description allows, and what it does not.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{ready, repository};

const MISSING: &str = "install Debian's package python3-venv, or run `cargo xtask test --only browser`, which says all that is needed";

const OPERATIONS: [&str; 6] = [
    "functions",
    "graph",
    "series",
    "objectives",
    "suspects",
    "events",
];

/// Runs Schemathesis to its end, which is with success when nothing was found.
#[track_caller]
pub(crate) fn check(explorer: SocketAddr) {
    let url = format!("http://{explorer}");
    let folder = tempfile::tempdir().unwrap();
    let said = ready::run(
        schemathesis()
            // What it learns, it would otherwise keep, and know the next time.
            .current_dir(folder.path())
            .arg("--config-file")
            .arg(repository("tests/openapi/schemathesis.toml"))
            .args(["run", &format!("{url}/api/v1/openapi.json"), "--url", &url])
            .env("SCHEMATHESIS_HOOKS", repository("tests/openapi/hooks.py"))
            .env("EXPLORER_URL", &url),
        MISSING,
    );
    println!("{said}");
    // Not only refusals: each operation has answered, too.
    for operation in OPERATIONS {
        let words = format!("answered: GET /api/v1/{operation} 200: ");
        assert!(said.contains(&words), "{operation} never answered:\n{said}");
    }
}

/// The program, installed where builds go.
fn schemathesis() -> Command {
    let list = repository("tests/openapi/requirements.txt");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemathesis");
    ready::ensure(&list, &folder, || install(&list, &folder));
    let mut python = Command::new(python(&folder));
    python.env("PYTHONPATH", libraries(&folder));
    python.env("PYTHONIOENCODING", "utf-8");
    python.args(["-m", "schemathesis.cli"]);
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
        // Without venv, pip alone will do.
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

/// The environment's own, if it has one.
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
